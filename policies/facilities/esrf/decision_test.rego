package panfed.facility.esrf.test

import data.panfed.facility.esrf

decide(stated, effective, subject) := answer if {
	answer := esrf.decision with input as {
		"record": {"sharing": effective, "stated": {"sharing": stated}},
		"subject": object.union({"academic": null, "sites": []}, subject),
	}
}

free := {"discover": true, "pull": true, "execute": true, "reasons": []}

agreement(action) := {"code": "ESRF_ACADEMIC_AGREEMENT", "action": action, "params": {}}

refused := {
	"discover": true,
	"pull": false,
	"execute": false,
	"reasons": [agreement("pull"), agreement("execute")],
}

test_open_images_are_not_restricted if {
	decide("open", "open", {}) == free
	decide("open", "open", {"academic": false}) == free
}

test_what_is_shared_under_conditions_is_for_academic_work if {
	decide("conditional", "conditional", {"academic": true}) == free
	decide("conditional", "conditional", {"academic": false}) == refused
}

test_that_nobody_said_academic_is_not_academic if {
	every academic in [null, "unknown", "true", 1] {
		decide("conditional", "conditional", {"academic": academic}) == refused
	}
}

test_esrf_itself_is_a_partner if decide("conditional", "conditional", {"sites": ["esrf"]}) == free

test_a_label_that_lowers_sharing_counts if decide("open", "conditional", {}) == refused

test_sharing_that_is_not_known_is_not_open if {
	decide("unknown", "unknown", {}) == refused
	decide(null, "open", {}) == refused
	decide("open", null, {}) == refused
}
