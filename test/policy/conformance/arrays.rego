# Lists.
package panfed.conformance.arrays

given := input.given.arrays

concatenates := [array.concat([1], [2, 3]), array.concat([], []), array.concat([[1]], [{2}])]

concatenates_no_set := array.concat([1], given.nothing)

flattens := [array.flatten([[1, 2], 3, [[4]]]), array.flatten([]), array.flatten([[], [1]]), array.flatten([{1, 2}])]

reverses := [array.reverse([1, "a", null]), array.reverse([]), array.reverse([[1, 2]])]

slices := [array.slice([1, 2, 3, 4], 1, 3), array.slice([1, 2, 3], 0, 3), array.slice([1, 2, 3], 2, 2)]

slices_beyond_the_ends := [array.slice([1, 2], -1, 1), array.slice([1, 2], 0, 100), array.slice([1, 2], 3, 5)]

slices_backwards := array.slice([1, 2, 3], 2, 1)

slices_by_fractions := array.slice([1, 2, 3], 0.5, 2)

counts := [count([]), count([1, [2, 3]]), count([null])]

counts_null := count(given.null)

indexes := [given.list[0], given.list[count(given.list) - 1]]

indexes_beyond := given.list[100]

indexes_below := given.list[-1]

indexes_by_a_fraction := given.list[0.5]

indexes_by_a_whole_float := given.list[1.0]

indexes_by_text := given.list["0"]

members := [2 in [1, 2], 4 in [1, 2], [1] in [[1]], null in [null], 1 in []]

member_of_nothing := 1 in given.missing

member_of_null := 1 in given.null

keyed_members := [(0, "a" in ["a"]), (1, "a" in ["a"]), ("k", 1 in {"k": 1})]

members_by_their_names := [1 in [1], (0, 1 in [1])]

iterates := [[index, value] | some index, value in ["a", "b"]]

iterates_by_reference := [value | value := given.list[_]]

iterates_nested := [value | value := given.nested[_][_]]

comprehends := [(x * 2) | some x in [1, 2, 3]; x != 2]

comprehends_nothing := [x | some x in given.empty]

comprehends_pairs := [[x, y] | some x in [1, 2]; some y in ["a", "b"]]

every_one if every x in [1, 2, 3] { x > 0 }

every_but_one if every x in [1, 2, -3] { x > 0 }

every_of_nothing if every x in [] { x > 0 }

every_with_index if every index, x in [0, 1, 2] { index == x }

every_of_missing if every x in given.missing { x }

every_of_null if every x in given.null { x }

sums_of_lists := [sum(list) | some list in [[1, 2], [], [3]]]

large := count([x | some x in numbers.range(1, 5000); x % 7 == 0])

deep := [[[[[[[[[[1]]]]]]]]]][0][0][0][0][0][0][0][0][0][0]

slices_by_whole_floats := array.slice([1, 2, 3], 1.0, 2.0)

indexes_by_what_is_computed := [given.list[2 - 1], given.list[4 / 2], given.list[floor(1.5)], given.list[count([1])]]
