# The people who may see and use a compute resource, and what is said to those who may not.
package panfed.federation_test

import data.panfed.federation

nobody := {"everyone": false, "groups": [], "sites": []}

everyone := object.union(nobody, {"everyone": true})

judged(visible, use, subject) := answer if {
	given := object.union({"groups": [], "sites": []}, subject)
	answer := federation.resource with input as {"resource": stated(visible, use), "subject": given}
}

stated(visible, use) := {
	"facility": "esrf",
	"id": "esrf/gpu",
	"scheduler": "slurm",
	"partition": "gpu",
	"visible": object.union(nobody, visible),
	"use": object.union(nobody, use),
	"allowsUnverified": true,
}

test_what_is_for_everyone_is_seen_and_used_by_all if {
	judged(everyone, everyone, {}) == {"visible": true, "use": true, "reasons": []}
}

test_what_is_for_nobody_is_neither_seen_nor_used if {
	judged({}, everyone, {}) == {"visible": false, "use": false, "reasons": []}
}

test_a_group_sees_and_a_smaller_one_uses if {
	use := {"groups": ["urn:geant:esrf.eu:group:em"]}
	judged(everyone, use, {"groups": ["urn:geant:esrf.eu:group:em"]}).use
	answer := judged(everyone, use, {"groups": ["urn:geant:esrf.eu:group:mx"]})
	answer.visible
	not answer.use
	answer.reasons == [{"code": "RESOURCE_GROUP_REQUIRED", "params": {"facility": "esrf", "groups": ["urn:geant:esrf.eu:group:em"]}}]
}

test_members_of_a_site_use_it_and_others_are_told if {
	use := {"sites": ["esrf"]}
	judged(everyone, use, {"sites": ["esrf"]}).use
	judged(everyone, use, {"sites": ["desy"]}).reasons == [{"code": "RESOURCE_SITE_REQUIRED", "params": {"facility": "esrf", "sites": ["esrf"]}}]
}

test_who_may_not_see_it_may_not_use_it if {
	answer := judged({"sites": ["esrf"]}, everyone, {"sites": ["desy"]})
	answer == {"visible": false, "use": false, "reasons": []}
}

test_two_unknowns_are_not_the_same_audience if {
	not judged({"groups": ["unknown"]}, everyone, {"groups": ["unknown"]}).visible
	not judged({"sites": [null]}, everyone, {"sites": [null]}).visible
}

test_what_is_not_stated_opens_nothing if {
	answer := federation.resource with input as {"resource": {"facility": "esrf"}, "subject": {"groups": [], "sites": []}}
	answer == {"visible": false, "use": false, "reasons": []}
}
