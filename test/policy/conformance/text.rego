# Texts in ASCII.
package panfed.conformance.text

given := input.given.text

concatenates := [concat(",", ["a", "b", "c"]), concat("", []), concat("-", ["a"]), concat(", ", sort({"b", "a"}))]

concatenates_a_sorted_set := concat("", sort({"d", "b", "a", "c", "e", "f", "g", "h"}))

concatenates_no_numbers := concat(",", given.list_with_a_number)

contains_a_part := [contains("relion", "lio"), contains("relion", "x"), contains("a", ""), contains("", "a")]

contains_itself := contains("abc", "abc")

begins := [startswith("relion", "re"), startswith("relion", "lion"), startswith("a", ""), startswith("", "a")]

ends := [endswith("relion", "on"), endswith("relion", "re"), endswith("a", ""), endswith("", "a")]

lowers := [lower("ReLION-3.1"), lower(""), lower("ABC_xyz")]

uppers := [upper("relion-3.1"), upper(""), upper("abc_XYZ")]

replaces_many := [
	strings.replace_n({"<": "&lt;", ">": "&gt;"}, "<a> & <b>"),
	strings.replace_n({}, "abc"),
	strings.replace_n({"a": "b", "b": "a"}, "abba"),
]

replaces_the_first_key_that_fits := strings.replace_n({"a": "1", "ab": "2"}, "abab")

reverses := [strings.reverse("abc"), strings.reverse(""), strings.reverse("a")]

splits := [split("a/b/c", "/"), split("abc", "/"), split("/a/", "/"), split("", "/")]

splits_by_more := split("a::b::c", "::")

splits_into_characters := split("abc", "")

splits_nothing_into_characters := split("", "")

cuts := [substring("relion", 2, 3), substring("relion", 0, 6), substring("relion", 2, -1), substring("relion", 6, 2)]

cuts_beyond_the_end := [substring("relion", 4, 100), substring("relion", 100, 1)]

cuts_from_before_the_start := substring("relion", given.minus_one, 3)

cuts_nothing := substring("relion", 2, 0)

trims := [trim("  a b  ", " "), trim("xxaxx", "x"), trim("abc", "cab"), trim("abc", "")]

trims_to_the_left := [trim_left("xxaxx", "x"), trim_left("abc", "x"), trim_left("abab1ab", "ba")]

trims_to_the_right := [trim_right("xxaxx", "x"), trim_right("abc", "x"), trim_right("1abab", "ba")]

trims_prefixes := [trim_prefix("v3.1", "v"), trim_prefix("vv3", "v"), trim_prefix("3.1", "v"), trim_prefix("v", "v")]

trims_suffixes := [trim_suffix("a.rego", ".rego"), trim_suffix("a", ".rego"), trim_suffix("aa", "a"), trim_suffix("a", "")]

trims_space := [trim_space("  a b \t\r\n"), trim_space(""), trim_space(" \n ")]

trims_vertical_space := trim_space("\u000b\u000ca\u000b")

counts := [count("abc"), count(""), count("a b")]

formats_by_template := $"{given.name} runs {1 + 1} times, {[1, "a"]}, null"

formats_what_is_missing := $"the {given.missing} name"

formats_sets_and_objects := $"{{1}} {{"a": 1}} true text"

compares := ["a" < "b", "a" < "B", "10" < "9", "" < "a", "a" < "aa"]

of_what_is_no_text := [lower(x) | some x in given.list_with_a_number]

contains_of_what_is_no_text := contains(given.list_with_a_number, "a")

upper_of_null := upper(given.null)

split_of_null := split(given.null, "/")

long := count(concat("", ["0123456789" | some _ in numbers.range(1, 2000)]))

raw := `a\n"b"`

cuts_by_whole_floats := substring("relion", 1.0, 2.0)

replaces_many_by_no_key := strings.replace_n({"": "-"}, "abc")

prefixes_of_lists := [any_begins(["v1", "1"], "v"), any_begins(["1"], "v")]

any_begins(list, prefix) if {
	some text in list
	startswith(text, prefix)
} else := false
