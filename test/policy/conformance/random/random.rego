# What is asked of values that are made at random.
package panfed.conformance.random

answer := {
	"sorted": sort(input.values),
	"set": {value | some value in input.values},
	"sorted_set": sort({value | some value in input.values}),
	"minimum": min(input.values),
	"maximum": max(input.values),
	"kinds": [type_name(value) | some value in input.values],
	"order": [[x < y, x == y] | some x in input.values; some y in input.values],
	"places": [[index | some index, x in input.values; x == y] | some y in input.values],
	"paths": {path | walk(input.values, [path, _])},
	"lowered": [lower(value) | some value in input.values; is_string(value)],
	"raised": [upper(value) | some value in input.values; is_string(value)],
	"reversed": [strings.reverse(value) | some value in input.values; is_string(value)],
	"characters": [split(value, "") | some value in input.values; is_string(value)],
	"trimmed": [trim_space(value) | some value in input.values; is_string(value)],
	"encoded": [base64.encode(value) | some value in input.values; is_string(value)],
	"doubled": [(value + value) | some value in input.values; is_number(value)],
	"floors": [floor(value) | some value in input.values; is_number(value)],
	"keys": [object.keys(value) | some value in input.values; is_object(value)],
}
