# A case of each built-in that left the capabilities, named `of_` and its name, which a compiled module answers otherwise than OPA.
package panfed.conformance.left

of_base64_decode := base64.decode("Zg")

of_base64_is_valid := base64.is_valid("")

of_base64url_decode := base64url.decode("")

of_ceil := ceil(-0.5)

of_format_int := format_int(9007199254740991, 16)

of_glob_match := glob.match("(a)", [], "(a)")

of_indexof := indexof("abc", "")

of_json_is_valid := json.is_valid("[1,]")

of_json_marshal := json.marshal({"b": 1, "a": 2, "d": 3, "c": 4})

of_json_unmarshal := json.unmarshal("[1, 2,]")

of_object_union_n := object.union_n([])

of_replace := replace("abc", "", "-")

of_to_number := to_number("+1") == 1

of_concat := concat("", {"d", "b", "a", "c", "e"})

of_abs := abs(-18446744073709551617) == 18446744073709551617

of_round := round(18446744073709551617) == 18446744073709551617
