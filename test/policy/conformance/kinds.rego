# What a value is.
package panfed.conformance.kinds

values := [null, true, 1, 1.5, "", "a", [], [1], {}, {"a": 1}, set(), {1}]

names := [type_name(value) | some value in values]

lists := [index | some index, value in values; is_array(value)]

booleans := [index | some index, value in values; is_boolean(value)]

nulls := [index | some index, value in values; is_null(value)]

numbers := [index | some index, value in values; is_number(value)]

objects := [index | some index, value in values; is_object(value)]

sets := [index | some index, value in values; is_set(value)]

texts := [index | some index, value in values; is_string(value)]

array_of_text := is_array(input.given.text.name)

boolean_of_text := is_boolean(input.given.text.name)

null_of_text := is_null(input.given.text.name)

number_of_text := is_number(input.given.text.name)

object_of_text := is_object(input.given.text.name)

set_of_text := is_set(input.given.text.name)

string_of_number := is_string(input.given.numbers.minus_one)

of_missing := type_name(input.given.missing)

null_of_missing := is_null(input.given.missing)

not_a_set_when_missing if not is_set(input.given.missing)

names_of_what_is_given := [type_name(value) | some value in input.given.comparison.mixed]
