# Members, groups, and the reasons for those who are neither.
package panfed.federation_test

test_member_of_another_facility_is_none if {
	allowed(shared("none"), {"sites": ["desy", "psi"]}) == nothing
	allowed(shared("none"), {"sites": ["desy", "esrf"]}) == {"discover", "pull"}
}

test_two_unknowns_are_not_the_same if {
	record := object.union(shared("none"), {"facility": "unknown"})
	allowed(record, {"sites": ["unknown"]}) == nothing
	allowed(object.union(record, {"facility": null}), {"sites": [null]}) == nothing
	allowed({"groups": ["unknown"]}, {"groups": ["unknown"]}) == {"discover"}
	allowed({"groups": [null]}, {"groups": [null]}) == {"discover"}
}

test_groups_that_are_not_a_list_are_not_none if {
	every groups in [null, "unknown", em, {}] {
		allowed({"groups": groups}, {"groups": [em]}) == {"discover"}
	}
}

test_a_parent_of_a_group_is_another_group if {
	allowed({"groups": [concat(":", [em, "microscopy"])]}, {"groups": [em]}) == {"discover"}
}

test_reason_of_what_is_not_shared if {
	answer := decide(shared("none"), {})
	answer.reasons[0] == {"code": "NOT_SHARED", "action": "discover", "params": {"facility": "esrf"}}
	against(answer, "pull") == {"NOT_SHARED"}
	against(answer, "execute") == {"NOT_SHARED", "NO_GROUP_NAMED"}
}

test_reason_of_sharing_that_nobody_stated if {
	against(decide(shared("unknown"), {}), "pull") == {"SHARING_UNKNOWN"}
}

test_reasons_of_a_license_that_is_not_known if {
	against(decide({"license": {"state": "declared"}}, {}), "pull") == {"LICENSE_UNKNOWN"}
	against(decide({"license": {"conditionsKnown": false}}, {}), "pull") == {"CONDITIONS_UNKNOWN"}
}

test_reason_of_a_missing_audience if {
	against(decide(shared("conditional"), {}), "discover") == {"AUDIENCE_UNKNOWN"}
}

test_reason_of_a_group_names_the_groups if {
	answer := decide({"groups": [em, staff]}, {})
	against(answer, "discover") == set()
	answer.reasons[0] == {
		"code": "GROUP_REQUIRED",
		"action": "pull",
		"params": {"facility": "esrf", "groups": [em, staff]},
	}
}

test_reason_of_running_without_a_group if {
	against(decide(shared("none"), member), "execute") == {"NO_GROUP_NAMED"}
	against(decide(object.union(shared("none"), {"groups": [em]}), member), "execute") == {"GROUP_REQUIRED"}
}

test_an_allowed_action_has_no_reason if decide({}, {}).reasons == []

test_reasons_come_by_action_and_then_by_code if {
	record := object.union(
		shared("none"),
		{"trust": {"state": "failed"}, "license": {"conditions": [condition("academic", {})]}},
	)
	answer := decide_at(record, {"authenticated": false}, null)
	order := [[reason.action, reason.code] | some reason in answer.reasons]
	order == [
		["discover", "NOT_SHARED"],
		["pull", "LICENSE_ACADEMIC_ONLY"],
		["pull", "NOT_SHARED"],
		["pull", "TRUST_FAILED"],
		["execute", "LICENSE_ACADEMIC_ONLY"],
		["execute", "NOT_SHARED"],
		["execute", "NO_GROUP_NAMED"],
		["execute", "TRUST_FAILED"],
	]
}
