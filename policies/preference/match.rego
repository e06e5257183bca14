# The user's own choices: which of a field's distinct values a choice means. Both sides are canonical already (synonyms
# and labels are resolved before), so that a value matches as a whole or not at all, in any case of its letters.
package panfed.preference

fields := {
	"facilities",
	"frameworks",
	"techniques",
	"licenses",
	"conditions",
	"groups",
	"trust",
	"sharing",
	"suppliedBy",
	"reads",
	"writes",
	"engines",
	"platforms",
}

# Undefined, and so refused, for a field that it does not know or for anything but strings: a choice that cannot be
# judged must not pass for one that matches nothing, least of all an `except`.
match := [index |
	some index, value in input.values
	lower(value) in wanted
] if {
	input.field in fields
	all_strings(input.choice)
	all_strings(input.values)
}

wanted := {lower(value) | some value in input.choice}

all_strings(list) if {
	is_array(list)
	every value in list { is_string(value) }
}
