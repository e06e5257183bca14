package panfed.facility.desy.test

import data.panfed.facility.desy

medium := "https://refeds.org/assurance/IAP/medium"

nobody := {"sites": [], "assurance": []}

decide(supplier, subject) := answer if {
	answer := desy.decision with input as {
		"record": {"suppliedBy": supplier},
		"subject": object.union(nobody, subject),
	}
}

free := {"discover": true, "pull": true, "execute": true, "reasons": []}

test_what_staff_supplied_is_not_restricted if decide("staff", {}) == free

test_what_a_user_supplied_is_run_by_members if decide("user", {"sites": ["psi", "desy"]}) == free

test_what_a_user_supplied_is_run_by_people_with_a_checked_identity if {
	decide("user", {"assurance": [medium]}) == free
	decide("user", {"assurance": ["https://refeds.org/assurance/IAP/high"]}) == free
}

test_others_may_pull_and_not_run_it if {
	every subject in [
		{},
		{"sites": ["esrf"]},
		{"assurance": ["https://refeds.org/assurance/IAP/low"]},
		{"assurance": null},
		{"sites": "desy"},
	] {
		decide("user", subject) == {
			"discover": true,
			"pull": true,
			"execute": false,
			"reasons": [{
				"code": "DESY_IDENTITY_REQUIRED",
				"action": "execute",
				"params": {"assurance": medium},
			}],
		}
	}
}

test_a_supplier_that_is_not_known_is_a_user if {
	every supplier in ["unknown", null, "Staff"] {
		not decide(supplier, {}).execute
	}
}
