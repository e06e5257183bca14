# Objects.
package panfed.conformance.objects

given := input.given.objects

gets := [
	object.get({"a": 1}, "a", 0),
	object.get({"a": 1}, "b", 0),
	object.get({"a": {"b": 2}}, ["a", "b"], 0),
	object.get({"a": {"b": 2}}, ["a", "c"], "none"),
	object.get({"a": null}, "a", 0),
	object.get({"a": false}, "a", true),
]

gets_by_an_empty_path := object.get({"a": 1}, [], 0)

gets_through_lists := object.get({"a": [{"b": 1}]}, ["a", 0, "b"], "none")

gets_by_what_is_no_text := [object.get({1: "one"}, 1, 0), object.get({null: "none"}, null, 0), object.get({[1]: 2}, [[1]], 0)]

gets_from_null := object.get(given.null, "a", 0)

gets_from_text := object.get(given.text, "a", 0)

gets_from_missing := object.get(given.missing, "a", 0)

keys := [object.keys({"a": 1, "b": 2}), object.keys({}), object.keys({1: 2, "x": 3})]

keys_of_null := object.keys(given.null)

unites := [
	object.union({"a": 1}, {"b": 2}),
	object.union({"a": 1}, {"a": 2}),
	object.union({"a": {"b": 1, "c": 2}}, {"a": {"c": 3}}),
	object.union({"a": {"b": 1}}, {"a": 2}),
	object.union({"a": [1]}, {"a": [2]}),
	object.union({}, {}),
]

removes := [
	object.remove({"a": 1, "b": 2}, ["a"]),
	object.remove({"a": 1, "b": 2}, {"a", "b"}),
	object.remove({"a": 1}, {"a": "any"}),
	object.remove({"a": 1}, ["x"]),
	object.remove({"a": {"b": 1}}, ["b"]),
]

filters := [
	object.filter({"a": 1, "b": 2}, ["a"]),
	object.filter({"a": 1, "b": 2}, {"b", "x"}),
	object.filter({"a": 1, "b": 2}, {"a": 9}),
	object.filter({"a": 1}, []),
]

filters_null := object.filter(given.null, ["a"])

reads := [given.record.name, given.record.name, given.record.nested.list[1]]

reads_what_is_missing := given.record.missing.deeper

reads_below_null := given.null.a

reads_below_text := given.text.a

reads_null := given.null

reads_false := given.false

reads_by_a_variable := [value | some key in ["a", "b", "c"]; value := given.letters[key]]

iterates := [[key, value] | some key, value in {"b": 2, "a": 1, "c": 3}]

iterates_in_order := [key | some key, _ in {"delta": 1, "alpha": 2, "echo": 3, "bravo": 4, "charlie": 5, 7: 6, null: 7}]

iterates_by_reference := [key | given.letters[key]]

iterates_what_is_given_in_order := [key | some key, _ in given.unordered]

values := [value | some value in {"b": 2, "a": 1}]

comprehends := {key: count(key) | some key in ["a", "bb", "ccc"]}

comprehends_equal_twice := {key: 1 | some key in ["a", "a"]}

keys_of_all_types := {1: "number", null: "null", true: "true", [1]: "list", {"a": 1}: "object", {1}: "set"}

keys_of_numbers_as_texts := count({1: "a", "1": "b"})

key_of_a_set := object.get({{1, 2}: "found"}, {2, 1}, "none")

equals := [{"a": 1} == {"a": 1.0}, {"a": 1} == {"a": 1, "b": 2}, {} == {}]

counts := [count({}), count({"a": 1, "b": {"c": 2}})]

members := [1 in given.letters, "a" in given.letters, ("a", 1 in given.letters)]

every_value if every value in {"a": 1, "b": 2} { value > 0 }

every_key if every key, value in given.letters { given.letters[key] == value; is_string(key)}

partial[key] := value if some key, value in {"a": 1, "b": 2}

partial.c := 3

partial_twice[key] := 1 if some key in ["a", "a"]

nested.one.two := 3

nested.one.three := 4

nested.two[key] := 5 if some key in ["x", "y"]

walks := {path: value | walk({"a": [1, {"b": 2}]}, [path, value])}

walks_sets := count([path | walk({1, {2}}, [path, _])])

walks_scalars := [[path, value] | walk(7, [path, value])]

walks_to_what_is_named := {value | walk(given.record, [path, value]); path[count(path) - 1] == "name"}

walks_by_path := {value | walk(given.record, [["nested", "list"], value])}

walks_without_paths := {value | walk({"a": [1, "x"]}, [_, value])}

iterates_many_in_order := [key | some key, _ in {$"{n}": n | some n in numbers.range(1, 50)}]

large := count({$"{n}": n | some n in numbers.range(1, 3000)})

keys_by_template := {$"{key}-{value}" | some key, value in given.letters}
