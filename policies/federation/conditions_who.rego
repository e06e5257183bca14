# The license's conditions on who: all of them must be met.
package panfed.federation

on_who(condition) if {
	condition.kind in {"academic", "nonCommercial", "registeredGroup", "namedUser", "exportControl"}
}

on_where(condition) if condition.kind in {"site", "licenseServer"}

met contains "who" if {
	conditions_listed

	# panfed:allow fail-open table.rego denies where the conditions are not known
	every condition in input.record.license.conditions {
		met_by_person(condition)
	}
}

# Asked elsewhere: conditions_where.rego.
met_by_person(condition) if on_where(condition)

met_by_person(condition) if {
	condition.kind in {"academic", "nonCommercial"}
	input.subject.academic == true
}

# Some group of the list, and not every: an empty list names nobody.
met_by_person(condition) if {
	condition.kind in {"registeredGroup", "namedUser"}
	some group in condition.groups
	known(group)
	group in input.subject.groups
}

# exportControl is never met: there is no fact yet that could prove it.

not_met_by_person contains condition if {
	some condition in conditions
	not met_by_person(condition)
}

# METADATA
# custom:
#   reasons:
#     LICENSE_ACADEMIC_ONLY:
#       message: "The license allows academic use only."
#       remedy: "Sign in with an account whose home organisation states that your work is academic."
because.who contains {"code": "LICENSE_ACADEMIC_ONLY", "params": {"remedy": remedy(condition)}} if {
	some condition in not_met_by_person
	condition.kind == "academic"
}

# METADATA
# custom:
#   reasons:
#     LICENSE_NON_COMMERCIAL:
#       message: "The license allows non-commercial use only."
#       remedy: "Sign in with an account whose home organisation states that your work is academic, or buy a commercial license."
because.who contains {"code": "LICENSE_NON_COMMERCIAL", "params": {"remedy": remedy(condition)}} if {
	some condition in not_met_by_person
	condition.kind == "nonCommercial"
}

# METADATA
# custom:
#   reasons:
#     REGISTERED_GROUP_REQUIRED:
#       message: "The license is for registered groups only: {groups}."
#       remedy: "Ask for membership of one of these groups, or have your own group registered: {groups}."
because.who contains {"code": "REGISTERED_GROUP_REQUIRED", "params": {"groups": object.get(condition, "groups", []), "remedy": remedy(condition)}} if {
	some condition in not_met_by_person
	condition.kind == "registeredGroup"
}

# METADATA
# custom:
#   reasons:
#     NAMED_USER_REQUIRED:
#       message: "The license is for named users only, who are in: {groups}."
#       remedy: "Ask whoever holds the license to name you."
because.who contains {"code": "NAMED_USER_REQUIRED", "params": {"groups": object.get(condition, "groups", []), "remedy": remedy(condition)}} if {
	some condition in not_met_by_person
	condition.kind == "namedUser"
}

# METADATA
# custom:
#   reasons:
#     EXPORT_CONTROLLED:
#       message: "The software is under export control, and nothing proves yet who may have it."
#       remedy: null
because.who contains {"code": "EXPORT_CONTROLLED", "params": {"remedy": remedy(condition)}} if {
	some condition in not_met_by_person
	condition.kind == "exportControl"
}

# METADATA
# custom:
#   reasons:
#     CONDITION_UNKNOWN:
#       message: "The image has a condition that is not understood."
#       remedy: "Ask the facility to state the conditions of the license."
because.who contains {"code": "CONDITION_UNKNOWN", "params": {}} if {
	some condition in not_met_by_person
	not on_who(condition)
}

because.who contains {"code": "CONDITION_UNKNOWN", "params": {}} if {
	not conditions_listed
}
