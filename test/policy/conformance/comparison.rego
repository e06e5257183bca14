# Equality and order over all types.
package panfed.conformance.comparison

given := input.given.comparison

ladder := [null, false, true, -1, 0, 1.5, "", "a", "b", [], [1], [1, 2], [2], {}, {"a": 1}, {"a": 2}, set(), {1}, {2}]

every_pair_is_ordered := [[x < y, x <= y, x > y, x >= y, x == y, x != y] | some x in ladder; some y in ladder]

sorts_all_types := sort([{1}, {"a": 1}, [1], "a", 1, true, false, null])

sorts_sets_of_all_types := sort({"a", 1, true, null, [1], {"a": 1}})

sorts_twice_the_same := sort([3, 1, 3, 2, 1])

sorts_nothing := sort([])

sorts_a_set := sort({"b", "a", "C", "B"})

sorts_texts := sort(["b", "a", "", "aa", "A", "Z", "é", "z", "ß", "10", "9"])

sorts_lists := sort([[2], [1, 9], [1], [], [1, 2, 3], [[0]]])

sorts_objects := sort([{"b": 1}, {"a": 2}, {"a": 1, "b": 0}, {}, {"a": 1}])

sorts_objects_by_their_keys_first := sort([{"a": 9}, {"b": 1}, {"a": 1, "z": 1}])

sorts_nested_sets := sort([{2, 1}, {1}, {3}, set(), {1, 5}])

sorts_what_is_given := sort(given.mixed)

sorts_no_text := sort(given.text)

equal_by_its_name := [1 == 1, "a" == "b"]

neq_by_its_name := [1 != 1, "a" != "b"]

lt_by_its_name := [1 < 2, "b" < "a"]

lte_by_its_name := [1 <= 1, "b" <= "a"]

gt_by_its_name := [1 > 2, "b" > "a"]

gte_by_its_name := [1 >= 1, "a" >= "b"]

unifies_lists := [x, y] if [x, 2, y] = [1, 2, 3]

unifies_objects := x if {"a": x, "b": 2} = {"a": 1, "b": 2}

unifies_both_ways := [x, y] if [x, "b"] = ["a", y]

unifies_nothing if [1, 2] = given.one_list

unifies_lists_of_other_lengths if [_, _] = given.one_list_more

unifies_nested := x if {"a": [{"b": x}]} = given.nested

equal_objects_in_any_order := {"a": 1, "b": {"c": [1], "d": 2}} == {"b": {"d": 2, "c": [1]}, "a": 1}

equal_sets_in_any_order := {3, 1, 2} == {2, 3, 1}

lists_are_not_equal_in_any_order := [1, 2] == [2, 1]

lists_are_not_sets := [1, 2] == {1, 2}

types_are_not_equal := [1 == "1", null == false, 0 == false, "" == null, [] == {}, {} == set()]

null_is_null := [null == null, null != null, given.null == null]

missing_is_not_null := given.missing == null

missing_is_not_unequal := given.missing != 1

true_is_not_text := [true == "true", given.true == true, given.true_text == true]

compares_nested := [[1, [2, {"a": {1}}]] == [1, [2, {"a": {1}}]], [1, [2]] < [1, [3]]]

longer_lists_are_larger := [[1, 2] < [1, 2, 3], [2] < [1, 2, 3]]

larger_objects := [{"a": 1} < {"a": 1, "b": 1}, {"b": 1} < {"a": 1, "b": 1}, {"a": 2} < {"a": 1, "b": 1}]

larger_sets := [{1} < {1, 2}, {2} < {1, 3}, {1, 3} < {2}, set() < {1}]

chained := [x | some x in [5, 1, 3]; x > 1; x < 5]
