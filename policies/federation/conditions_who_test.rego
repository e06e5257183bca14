# Conditions on who, each alone, then together.
package panfed.federation_test

test_academic_asks_for_academic if {
	every kind in ["academic", "nonCommercial"] {
		record := under([condition(kind, {})])
		allowed(record, {"academic": true}) == everything
		every academic in [false, null, "true", "unknown", 1] {
			allowed(record, {"academic": academic}) == {"discover"}
		}
	}
}

test_registered_groups_and_named_users_ask_for_a_group if {
	every kind in ["registeredGroup", "namedUser"] {
		record := under([condition(kind, {"groups": [em, staff]})])
		allowed(record, {"groups": [staff]}) == everything
		allowed(record, {"sites": ["esrf"]}) == {"discover"}
	}
}

test_an_empty_list_is_never_met if {
	every kind in ["registeredGroup", "namedUser"] {
		every groups in [[], null, "unknown", [null]] {
			allowed(under([condition(kind, {"groups": groups})]), {"groups": [em, null]}) == {"discover"}
		}
	}
}

test_export_control_is_never_met if {
	record := under([condition("exportControl", {"groups": [em], "sites": ["esrf"]})])
	allowed(record, {"academic": true, "groups": [em], "sites": ["esrf"]}) == {"discover"}
}

test_a_condition_of_an_unknown_kind_is_never_met if {
	every strange in [condition("unknown", {}), condition("military", {}), "unknown", null, {}] {
		allowed(under([strange]), {"academic": true, "groups": [em], "sites": ["esrf"]}) == {"discover"}
	}
}

# A kind that nobody understands is no statement of the facility on whom the image is for.
test_an_unknown_kind_names_no_audience if {
	record := object.union(shared("conditional"), {"listed": true, "license": {"conditions": [condition("unknown", {})]}})
	allowed(record, {}) == nothing
}

test_all_conditions_must_be_met if {
	record := under([condition("academic", {}), condition("registeredGroup", {"groups": [em]})])
	allowed(record, {"academic": true}) == {"discover"}
	allowed(record, {"groups": [em]}) == {"discover"}
	allowed(record, {"academic": true, "groups": [em]}) == everything
}

# So the vocabulary can choose for everybody among the alternatives of a license (OR): whatever the kinds that a license
# can state, one of two sets opens for every person all that the other does.
of_licenses := [
	[],
	["academic"],
	["nonCommercial"],
	["academic", "nonCommercial"],
	["exportControl"],
	["academic", "exportControl"],
	["academic", "nonCommercial", "exportControl"],
]

opened(kinds, academic) := allowed(under([condition(kind, {}) | some kind in kinds]), {"academic": academic})

opens_all_of(one, other) if {
	every academic in [true, false, null, "unknown"] {
		opened(other, academic) - opened(one, academic) == set()
	}
}

one_is_best(one, other) if opens_all_of(one, other)

one_is_best(one, other) if opens_all_of(other, one)

test_one_of_two_alternatives_of_a_license_is_best_for_everybody if {
	every one in of_licenses {
		every other in of_licenses {
			one_is_best(one, other)
		}
	}
	opened([], null) == everything
	opened(["academic"], true) == everything
	opened(["exportControl"], true) == {"discover"}
}

test_every_condition_that_is_not_met_is_a_reason if {
	record := under([
		condition("academic", {}),
		condition("nonCommercial", {}),
		condition("registeredGroup", {"groups": [em]}),
		condition("namedUser", {"groups": [staff]}),
		condition("exportControl", {}),
		condition("military", {}),
	])
	answer := decide(record, {})
	against(answer, "discover") == set()
	against(answer, "pull") == {
		"LICENSE_ACADEMIC_ONLY",
		"LICENSE_NON_COMMERCIAL",
		"REGISTERED_GROUP_REQUIRED",
		"NAMED_USER_REQUIRED",
		"EXPORT_CONTROLLED",
		"CONDITION_UNKNOWN",
	}
	some reason in answer.reasons
	reason == {"code": "REGISTERED_GROUP_REQUIRED", "action": "pull", "params": {"groups": [em], "remedy": null}}
}

remedies(answer, code) := {reason.params.remedy | some reason in answer.reasons; reason.code == code}

# What the facility says goes with its own condition: another of the same kind keeps the reason's words.
test_a_reason_has_the_remedy_that_the_facility_states if {
	record := under([
		condition("namedUser", {"groups": [em], "remedy": "Register at the lab."}),
		condition("namedUser", {"groups": [staff]}),
		condition("academic", {"remedy": "Send your agreement."}),
	])
	remedies(decide(record, {}), "NAMED_USER_REQUIRED") == {"Register at the lab.", null}
	remedies(decide(record, {}), "LICENSE_ACADEMIC_ONLY") == {"Send your agreement."}
}

test_a_remedy_decides_nothing if {
	every kind in ["academic", "nonCommercial", "registeredGroup", "namedUser", "exportControl"] {
		every stated in [null, "unknown", "", 5, "Register."] {
			every subject in [{}, {"academic": true, "groups": [em]}] {
				with_it := under([condition(kind, {"groups": [em], "remedy": stated})])
				allowed(with_it, subject) == allowed(under([condition(kind, {"groups": [em]})]), subject)
			}
		}
	}
}
