# Texts beyond ASCII: characters are code points, and not bytes or UTF-16 units.
package panfed.conformance.unicode

given := input.given.unicode

counts_code_points := [count("é"), count("€"), count("😀"), count("e\u0301"), count("日本語"), count(given.family)]

lowers := [lower("ÉCOLE"), lower("ΑΒΓ"), lower("ПРИВЕТ"), lower("İ"), lower("ẞ"), lower("日本")]

lowers_what_is_given := [lower(text) | some text in given.texts]

lowers_sigma := lower("ΟΔΟΣ")

uppers := [upper("école"), upper("αβγ"), upper("привет"), upper("日本")]

uppers_sharp_s := upper("straße")

uppers_ligatures := upper("ﬁ")

uppers_dotless := upper("ı")

uppers_what_is_given := [upper(text) | some text in given.texts]

reverses := [strings.reverse("añb"), strings.reverse("a😀b"), strings.reverse("日本語")]

splits_into_characters := [split("añb", ""), split("a😀b", "")]

splits := [split("a→b→c", "→"), split("日本/語", "/")]

cuts := [substring("añbc", 1, 2), substring("a😀bc", 1, 2), substring("日本語", 1, -1)]

contains_a_part := [contains("añb", "ñ"), contains("日本語", "本"), contains("é", "e")]

begins := [startswith("école", "é"), startswith("e\u0301cole", "é"), startswith("😀", "😀")]

ends := [endswith("café", "é"), endswith("日本", "本")]

replaces_many := strings.replace_n({"é": "e", "ß": "ss"}, "éßé")

trims := [trim("éaé", "é"), trim("→a→", "→"), trim_left("ééa", "é"), trim_right("aéé", "é")]

trims_prefixes := [trim_prefix("éa", "é"), trim_suffix("aé", "é")]

trims_parts_of_characters := trim("éa", "è")

trims_space := trim_space("\u00a0\u2003a\u3000\u2028")

trims_no_zero_width_space := count(trim_space("\u200ba\ufeff"))

normalizes_nothing := ["é" == "e\u0301", given.composed == given.decomposed]

sorts_by_code_point := sort(["z", "é", "e\u0301", "a", "日", "😀", "\uffff", "Z", "ß"])

compares := ["é" > "z", "日" > "é", "😀" > "日", "😀" > "\uffff", "a" < "é"]

concatenates := concat("·", ["é", "日", "😀"])

escapes := ["\u00e9" == "é", "\ud83d\ude00" == "😀", "\u20ac"]

keys := object.keys({"é": 1, "日": 2, "😀": 3})

keys_that_are_given := given.object["日本"]

returns_what_is_given := given.texts

encodes := [base64.encode("é日😀"), base64url.encode("é日😀")]

matches := [regex.match("^é+$", "éé"), regex.match("^.$", "日"), regex.match("^.$", "😀"), regex.match("[α-ω]+", "λ")]

matches_classes := [regex.match(`^\p{Lu}\p{Ll}+$`, "École"), regex.match(`\p{Greek}`, "λ"), regex.match(`^\w+$`, "é")]

matches_in_any_case := [regex.match("(?i)^é$", "É"), regex.match("(?i)straße", "STRASSE"), regex.match("(?i)k", "\u212a")]

formats_by_template := $"{given.composed} → {["é"]}"

finds_positions := [contains("añb", "b"), contains("a😀b", "😀"), contains("日本語", "語x")]

lowers_letters_of_2020 := lower("\ua7c7")

uppers_letters_of_2021 := upper("\ua7c1")
