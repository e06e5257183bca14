# Trust, on an image that is open to all.
package panfed.federation_test

trusted(state) := {"trust": {"state": state}}

strict := {"facility": "desy", "allowsUnverified": false, "licenseServers": []}

test_verified_asks_for_nothing_more if {
	allowed_at(trusted("verified"), {"authenticated": false}, null) == everything
	allowed_at(trusted("verified"), {"authenticated": false}, strict) == everything
}

test_unverified_is_pulled_by_who_signed_in if {
	every state in ["unsigned", "claimed"] {
		allowed(trusted(state), {}) == everything
		answer := decide(trusted(state), {"authenticated": false})
		allowed_by(answer) == {"discover"}
		against(answer, "pull") == {"SIGN_IN_REQUIRED"}
	}
}

test_unverified_runs_where_it_is_allowed if {
	every state in ["unsigned", "claimed"] {
		answer := decide_at(trusted(state), {}, strict)
		allowed_by(answer) == {"discover", "pull"}
		against(answer, "execute") == {"UNVERIFIED_AT_PLACE"}
		nowhere := decide_at(trusted(state), {}, null)
		allowed_by(nowhere) == {"discover", "pull"}
		against(nowhere, "execute") == {"AT_REQUIRED"}
	}
}

test_failed_is_known_and_never_used if {
	answer := decide(trusted("failed"), object.union(member, {"groups": [em], "academic": true}))
	allowed_by(answer) == {"discover"}
	against(answer, "pull") == {"TRUST_FAILED"}
}

test_a_state_that_nobody_knows_is_not_unsigned if {
	every state in ["unknown", null, "Verified", true] {
		answer := decide(trusted(state), {})
		allowed_by(answer) == {"discover"}
		against(answer, "pull") == {"TRUST_UNKNOWN"}
	}
}

test_what_is_refused_to_all_is_not_to_be_had_by_signing_in if {
	every state in ["failed", "unknown"] {
		answer := decide(trusted(state), {"authenticated": false})
		allowed_by(answer) == {"discover"}
		count(against(answer, "pull")) == 1
		count(against(answer, "execute")) == 1
	}
}

test_only_true_allows_unverified_images if {
	every allows in [null, "true", "unknown", 1] {
		allowed_at({}, {}, object.union(strict, {"allowsUnverified": allows})) == {"discover", "pull"}
	}
}

test_only_true_is_signed_in if {
	every authenticated in [null, "true", "unknown", 1] {
		allowed({}, {"authenticated": authenticated}) == {"discover"}
	}
}

test_the_reason_names_the_place if {
	some reason in decide_at({}, {}, strict).reasons
	reason == {"code": "UNVERIFIED_AT_PLACE", "action": "execute", "params": {"facility": "esrf", "place": "desy"}}
}
