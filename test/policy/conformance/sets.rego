# Sets.
package panfed.conformance.sets

given := {x | some x in input.given.sets.list}

intersects := [{1, 2, 3} & {2, 3, 4}, {1} & {2}, set() & {1}]

unites := [({1, 2} | {2, 3}), ({1} | set()), (set() | set())]

subtracts := [{1, 2, 3} - {2}, {1} - {1}, set() - {1}, {1} - set()]

and_by_its_name := {1, 2} & {2, 3}

or_by_its_name := {1} | {2}

intersections := [intersection({{1, 2, 3}, {2, 3}, {3, 4}}), intersection({{1}, {2}}), intersection({{1}})]

intersection_of_nothing := intersection(set())

unions := [union({{1, 2}, {2, 3}, {4}}), union({{1}, set()}), union(set())]

holds_each_once := [count({1, 2}), count({"a", "A"}), count({[1]}), count({{"a": 1}})]

holds_all_types := {null, true, false, 0, "", [], {}, set()}

holds_sets := {{1}, {2}, {1, 2}, set()}

members := [1 in {1, 2}, 3 in {1, 2}, {1} in {{1}}, null in {null}, set() in {set()}]

member_by_reference := {"a", "b"}.a

no_member_by_reference := {"a", "b"}[input.given.sets.list[0]]

iterates := sort([x | some x in {3, 1, 2}])

iterates_in_order := [x | some x in {3, 1, 2, 10, "b", "a", null}]

iterates_many_in_order := [x | some x in {y | some y in numbers.range(1, 100)}]

iterates_texts_in_order := [x | some x in {"delta", "alpha", "echo", "bravo", "charlie", "golf", "foxtrot"}]

comprehends := {(x % 3) | some x in numbers.range(1, 10)}

every_one if every x in {1, 2} { x > 0 }

counts := [count(set()), count({1, 2}), count(given)]

given_as_a_set := given

equals := [{1, 2} == {2, 1}, {1} == {1, 2}, set() == {x | some x in input.given.arrays.empty}]

subset := count({1, 2} - {1, 2, 3}) == 0

nested_equals := {{"a": {1, 2}}, [{3}]} == {[{3}], {"a": {2, 1}}}

large := count({(x % 997) | some x in numbers.range(1, 5000)})

large_intersection := count({x | some x in numbers.range(1, 1000)} & {x | some x in numbers.range(500, 2000)})

large_union := count({x | some x in numbers.range(1, 1000)} | {x | some x in numbers.range(500, 2000)})

partial contains x if some x in [3, 1, 2]

partial contains "more"

partial contains y if {
	some y in given
	is_string(y)
}

partial_members := [3 in partial, "none" in partial, count(partial)]
