# Regular expressions (RE2) and globs.
package panfed.conformance.patterns

given := input.given.patterns

matches := [regex.match("^a+$", "aaa"), regex.match("^a+$", "ab"), regex.match("b", "abc"), regex.match("", "abc"), regex.match("^$", "")]

matches_classes := [regex.match(`^[a-z0-9-]+$`, "relion-3"), regex.match(`^\d{1,3}\.\d+$`, "3.14"), regex.match(`\bfoo\b`, "a foo b"), regex.match(`^[^/]+$`, "a/b")]

matches_posix_classes := regex.match(`^[[:alpha:]]+[[:digit:]]$`, "abc1")

matches_alternatives := [regex.match("^(cat|dog)s?$", "dogs"), regex.match("^(?:a|b)*c$", "ababc")]

matches_flags := [regex.match("(?i)RELION", "relion"), regex.match("(?s)a.b", "a\nb"), regex.match("a.b", "a\nb"), regex.match("(?m)^b$", "a\nb")]

matches_repeats := [regex.match("^a{2,3}$", "aa"), regex.match("^a{2,3}$", "aaaa"), regex.match("^a*?b$", "aaab")]

matches_groups_by_name := regex.match(`^(?P<major>\d+)\.`, "3.1")

matches_versions := [v | some v in ["1.2.3", "v1", "1.2", "1.2.3-rc1"]; regex.match(`^\d+\.\d+\.\d+$`, v)]

matches_what_does_not_compile := regex.match("(", "a")

matches_no_lookahead := regex.match("a(?=b)", "ab")

matches_no_backreference := regex.match(`(a)\1`, "aa")

matches_what_is_no_text := regex.match("a", given.null)

matches_a_pattern_that_is_given := regex.match(given.pattern, "relion/3.1")

matches_long := regex.match("^(a+)+$", concat("", [concat("", ["a" | some _ in numbers.range(1, 200)]), "b"]))

valid := [regex.is_valid("^a+$"), regex.is_valid("("), regex.is_valid("[a-"), regex.is_valid(""), regex.is_valid("a(?=b)")]

valid_of_what_is_no_text := regex.is_valid(given.null)

finds := regex.find_all_string_submatch_n(`(\w+)=(\w+)`, "a=1, b=2, c=3", -1)

finds_some := regex.find_all_string_submatch_n(`(\w+)=(\w+)`, "a=1, b=2, c=3", 2)

finds_none := [regex.find_all_string_submatch_n("x", "abc", -1), regex.find_all_string_submatch_n("a", "abc", 0)]

finds_without_groups := regex.find_all_string_submatch_n("a.", "abacad", -1)

finds_groups_that_are_not_there := regex.find_all_string_submatch_n("(a)|(b)", "ab", -1)

finds_empty := regex.find_all_string_submatch_n("a*", "baac", -1)

finds_beyond_ascii := regex.find_all_string_submatch_n("(é)(.)", "aéb é日", -1)

finds_what_does_not_compile := regex.find_all_string_submatch_n("(", "a", -1)

finds_by_a_whole_float := regex.find_all_string_submatch_n("a", "aaa", 2.0)

finds_greedily := [regex.find_all_string_submatch_n("<.+>", "<a><b>", -1), regex.find_all_string_submatch_n("<.+?>", "<a><b>", -1)]

valid_beyond_bounds := [regex.is_valid("a{1000}"), regex.is_valid("a{1001}"), regex.is_valid(`\pN`), regex.is_valid(`\p{Nowhere}`)]

matches_unicode_classes := [regex.match(`^\d$`, "٣"), regex.match(`^\s$`, "\u00a0"), regex.match(`\W`, "日")]

matches_new_lines := [regex.match("a$", "a\n"), regex.match(`a\z`, "a"), regex.match("^a.c$", "a\u2028c")]
