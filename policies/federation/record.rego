# The record's fields that several topics read, total even where the input is not: what is missing is unknown.
package panfed.federation

default stated_sharing := "unknown"

stated_sharing := input.record.stated.sharing

default effective_sharing := "unknown"

effective_sharing := input.record.sharing

default owner := "unknown"

owner := input.record.facility

default groups := []

groups := input.record.groups if is_array(input.record.groups)

default conditions := []

conditions := input.record.license.conditions if is_array(input.record.license.conditions)

# A rule of its own, because it is negated: `not is_array(x)` is undefined, and not true, where x is missing.
conditions_listed if is_array(input.record.license.conditions)

# How a condition is met, where the facility says so: a reason's remedy in place of its own. It decides nothing.
default remedy(_) := null

remedy(condition) := condition.remedy if known(condition.remedy)

# A name that may be compared: two unknowns are not the same thing.
known(name) if {
	is_string(name)
	name != "unknown"
}
