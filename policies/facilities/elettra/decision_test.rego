package panfed.facility.elettra.test

import data.panfed.facility.elettra

developers := "urn:geant:elettra.eu:group:developers"

sysadmins := "urn:geant:elettra.eu:group:sysadmins"

open := {"sharing": "open", "stated": {"sharing": "open"}, "listed": false}

internal := {"sharing": "conditional", "stated": {"sharing": "conditional"}, "listed": false}

decide(record, groups) := answer if {
	answer := elettra.decision with input as {"record": record, "subject": {"groups": groups}}
}

free := {"discover": true, "pull": true, "execute": true, "reasons": []}

reason(action) := {
	"code": "ELETTRA_INTERNAL",
	"action": action,
	"params": {"groups": [developers, sysadmins]},
}

test_open_images_are_not_restricted if decide(open, []) == free

test_internal_images_are_for_developers_and_sysadmins if {
	decide(internal, [developers]) == free
	decide(internal, [sysadmins]) == free
}

test_others_do_not_know_of_internal_images if {
	every groups in [[], ["urn:geant:elettra.eu:group:users"], null] {
		decide(internal, groups) == {
			"discover": false,
			"pull": false,
			"execute": false,
			"reasons": [reason("discover"), reason("pull"), reason("execute")],
		}
	}
}

test_others_know_of_internal_images_that_are_listed if {
	decide(object.union(internal, {"listed": true}), []) == {
		"discover": true,
		"pull": false,
		"execute": false,
		"reasons": [reason("pull"), reason("execute")],
	}
}

test_what_is_not_said_to_be_open_is_internal if {
	every sharing in ["none", "unknown", null] {
		not decide(object.union(open, {"sharing": sharing}), []).discover
		not decide(object.union(open, {"stated": {"sharing": sharing}}), []).discover
	}
}
