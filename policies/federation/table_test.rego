# The decision table, row by row.
package panfed.federation_test

import data.panfed.federation

test_open_is_for_everyone if allowed({}, {}) == everything

test_open_and_verified_is_for_everyone_anywhere if {
	allowed_at({"trust": {"state": "verified"}}, {"authenticated": false}, null) == everything
}

# Row 1: none

test_none_does_not_exist_for_others if allowed(shared("none"), {}) == nothing

test_none_is_found_and_pulled_by_members if allowed(shared("none"), member) == {"discover", "pull"}

test_none_with_groups_is_run_by_members_in_one_of_them if {
	record := object.union(shared("none"), {"groups": [em, staff]})
	allowed(record, {"sites": ["esrf"], "groups": [em]}) == everything
	allowed(record, {"sites": ["esrf"]}) == {"discover"}
	allowed(record, {"groups": [em]}) == nothing
}

test_none_asks_for_its_conditions if {
	record := object.union(shared("none"), under([condition("academic", {})]))
	allowed(record, member) == {"discover"}
	allowed(record, {"sites": ["esrf"], "academic": true}) == {"discover", "pull"}
}

test_none_is_not_announced_by_listed if allowed(object.union(shared("none"), {"listed": true}), {}) == nothing

# Row 2: unknown

test_open_without_a_known_license_is_for_members_but_known_to_all if {
	every license in [{"state": "unknown"}, {"state": "declared"}, {"conditionsKnown": false}] {
		allowed({"license": license}, {}) == {"discover"}
		allowed({"license": license}, member) == everything
	}
}

test_unknown_license_hides_what_is_not_open if {
	every license in [{"state": "unknown"}, {"state": "declared"}, {"conditionsKnown": false}] {
		record := object.union(shared("conditional"), {"license": license, "groups": [em], "listed": true})
		allowed(record, {"groups": [em]}) == nothing
		allowed(record, member) == nothing
		allowed(record, {"sites": ["esrf"], "groups": [em]}) == everything
	}
}

test_sharing_that_nobody_stated_is_for_members if {
	allowed(shared("unknown"), {}) == nothing
	allowed(shared("unknown"), member) == {"discover", "pull"}
}

# `none` runs for members of the record's groups alone, and unknown might be none.
test_sharing_that_nobody_stated_runs_as_none_does if {
	record := object.union(shared("unknown"), {"groups": [em]})
	allowed(record, {"sites": ["esrf"], "groups": [em]}) == everything
	allowed(record, member) == nothing
	allowed(shared("unknown"), {"sites": ["esrf"], "groups": [em]}) == {"discover", "pull"}
}

test_listed_does_not_open_what_is_unknown if {
	allowed(object.union(shared("unknown"), {"listed": true}), {}) == nothing
}

test_conditional_without_an_audience_is_for_members if {
	allowed(shared("conditional"), {}) == nothing
	allowed(shared("conditional"), member) == everything
}

test_only_the_facility_says_for_whom_conditional_is if {
	every origin in ["license", "label"] {
		record := object.union(shared("conditional"), under([condition("academic", {"origin": origin})]))
		allowed(record, {"academic": true}) == nothing
		allowed(record, {"academic": true, "sites": ["esrf"]}) == everything
	}
}

test_a_condition_on_where_says_nothing_of_whom if {
	record := object.union(shared("conditional"), under([condition("site", {"sites": ["desy"]})]))
	allowed(record, {}) == nothing
	allowed(record, member) == everything
}

# An unlisted conditional image asks who looks for it; losing its license's state must not make that easier.
test_unlisted_and_unknown_asks_for_conditions_to_be_found if {
	record := object.union(
		shared("conditional"),
		{"license": {"state": "unknown", "conditions": [condition("academic", {})]}},
	)
	allowed(record, member) == nothing
	allowed(record, {"sites": ["esrf"], "academic": true}) == everything
	allowed(object.union(record, {"listed": true}), member) == {"discover"}
}

test_unknown_asks_for_conditions_on_where_to_run if {
	record := object.union(
		shared("conditional"),
		{"license": {"state": "unknown", "conditions": [condition("site", {"sites": ["esrf"]})]}},
	)
	allowed(record, member) == {"discover", "pull"}
	allowed_at(record, member, object.union(place, {"facility": "esrf"})) == everything
}

# Row 3: conditional

test_conditional_is_for_its_groups if {
	record := object.union(shared("conditional"), {"groups": [em, staff]})
	allowed(record, {}) == nothing
	allowed(record, member) == nothing
	allowed(record, {"groups": [staff]}) == everything
}

test_conditional_is_for_who_meets_its_conditions if {
	record := object.union(shared("conditional"), under([condition("academic", {})]))
	allowed(record, {}) == nothing
	allowed(record, {"academic": true}) == everything
}

test_conditional_asks_for_groups_and_conditions if {
	record := object.union(shared("conditional"), {"groups": [em], "license": {"conditions": [condition("academic", {})]}})
	allowed(record, {"academic": true}) == nothing
	allowed(record, {"groups": [em]}) == nothing
	allowed(record, {"groups": [em], "academic": true}) == everything
}

test_listed_is_known_to_all_and_pulled_by_those_who_may if {
	record := object.union(shared("conditional"), {"listed": true, "groups": [em]})
	allowed(record, {"authenticated": false}) == {"discover"}
	allowed(record, {"groups": [em]}) == everything
}

test_open_with_conditions_is_known_to_all if {
	record := under([condition("nonCommercial", {"origin": "license"})])
	allowed(record, {"academic": false}) == {"discover"}
	allowed(record, {"academic": true}) == everything
}

test_open_with_groups_is_known_to_all if {
	allowed({"groups": [em]}, {}) == {"discover"}
	allowed({"groups": [em]}, {"groups": [em]}) == everything
}

# What a label lowered

test_a_label_lowers_open_to_conditional if {
	allowed({"sharing": "conditional"}, {}) == nothing
	allowed({"sharing": "conditional"}, member) == everything
}

test_a_label_lowers_open_to_none if {
	allowed({"sharing": "none"}, {}) == nothing
	allowed({"sharing": "none"}, member) == {"discover", "pull"}
}

test_a_sharing_that_was_raised_opens_nothing if {
	every stated in ["none", "unknown"] {
		allowed({"stated": {"sharing": stated}}, {}) == nothing
	}
}

test_a_labels_condition_restricts_what_is_open if {
	record := under([condition("academic", {"origin": "label"})])
	allowed(record, {}) == {"discover"}
	allowed(record, {"academic": true}) == everything
}

# Nothing but the words of the contract opens anything

test_malformed_values_open_nothing if {
	every record in [
		{"sharing": null, "stated": {"sharing": null}},
		{"sharing": "Open", "stated": {"sharing": "Open"}},
		{"sharing": true, "stated": {"sharing": true}},
		{"sharing": ["open"], "stated": {"sharing": ["open"]}},
	] {
		allowed(record, {}) == nothing
	}
	every license in [null, "normalized", {"state": true}, {"conditionsKnown": "true"}, {"conditions": null}] {
		allowed({"license": license}, {}) == {"discover"}
	}
}

test_without_a_record_nothing_is_allowed if {
	every thing in [{}, {"record": null}, {"record": "unknown"}, {"subject": null}] {
		answer := federation.decision with input as thing
		allowed_by(answer) == nothing
		every action in everything { count(against(answer, action)) > 0 }
	}
}

test_pull_asks_for_all_of_discover_and_execute_for_all_of_pull if {
	every sharing in ["open", "conditional", "none", "unknown"] {
		asked := federation.asked with input as given(shared(sharing), {})
		count(asked.discover - asked.pull) == 0
		count(asked.pull - asked.execute) == 0
	}
}
