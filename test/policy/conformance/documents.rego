# Parts of documents, by paths.
package panfed.conformance.documents

given := input.given.json

filters := [
	json.filter({"a": {"b": 1, "c": 2}, "d": 3}, ["a/b"]),
	json.filter({"a": {"b": 1, "c": 2}, "d": 3}, {"a/b", "d"}),
	json.filter({"a": {"b": 1}}, [["a", "b"]]),
	json.filter({"a": 1}, ["x/y"]),
	json.filter({"a": 1}, []),
]

filters_lists := json.filter({"a": [{"b": 1, "c": 2}, {"b": 3}]}, ["a/0/b", "a/1"])

filters_by_parents_and_children := json.filter({"a": {"b": 1, "c": 2}}, ["a", "a/b"])

filters_by_escapes := json.filter({"a/b": 1, "c~d": 2, "e": 3}, ["a~1b", "c~0d"])

removes := [
	json.remove({"a": {"b": 1, "c": 2}, "d": 3}, ["a/b"]),
	json.remove({"a": {"b": 1, "c": 2}, "d": 3}, {"a/b", "d"}),
	json.remove({"a": {"b": 1}}, [["a", "b"]]),
	json.remove({"a": 1}, ["x/y"]),
	json.remove({"a": 1}, []),
]

removes_from_lists := json.remove({"a": [1, 2, 3]}, ["a/1"])

removes_parents_and_children := json.remove({"a": {"b": 1, "c": 2}}, ["a", "a/b"])

removes_by_escapes := json.remove({"a/b": 1, "c~d": 2, "e": 3}, ["a~1b", "c~0d"])
