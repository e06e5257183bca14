# Conditions on where: they keep an image from running, and never from being found or pulled.
package panfed.federation_test

only_at_esrf := under([condition("site", {"sites": ["esrf", "dls"]})])

with_server := under([condition("licenseServer", {"servers": ["one.example", "two.example"]})])

at(facility, servers) := {"facility": facility, "allowsUnverified": true, "licenseServers": servers}

test_site_asks_for_the_place if {
	allowed_at(only_at_esrf, {}, at("dls", [])) == everything
	allowed_at(only_at_esrf, {}, at("desy", [])) == {"discover", "pull"}
}

test_license_server_asks_for_one_of_them if {
	allowed_at(with_server, {}, at("hzb", ["two.example"])) == everything
	allowed_at(with_server, {}, at("hzb", ["three.example"])) == {"discover", "pull"}
	allowed_at(with_server, {}, at("hzb", [])) == {"discover", "pull"}
}

test_no_place_runs_nothing_that_depends_on_it if {
	every record in [only_at_esrf, with_server] {
		verified := object.union(record, {"trust": {"state": "verified"}})
		answer := decide_at(verified, {}, null)
		allowed_by(answer) == {"discover", "pull"}
		against(answer, "execute") == {"AT_REQUIRED"}
	}
}

test_empty_lists_are_never_met_anywhere if {
	allowed(under([condition("site", {})]), {}) == {"discover", "pull"}
	allowed(under([condition("licenseServer", {})]), {}) == {"discover", "pull"}
	allowed_at(under([condition("licenseServer", {"servers": [null]})]), {}, at("desy", [null])) == {"discover", "pull"}
	allowed_at(under([condition("site", {"sites": ["unknown"]})]), {}, at("unknown", [])) == {"discover", "pull"}
}

test_where_and_who_are_asked_together if {
	record := under([condition("site", {"sites": ["esrf"]}), condition("academic", {})])
	allowed_at(record, {"academic": true}, at("esrf", [])) == everything
	allowed_at(record, {}, at("esrf", [])) == {"discover"}
	allowed_at(record, {"academic": true}, at("desy", [])) == {"discover", "pull"}
}

test_the_place_changes_neither_discover_nor_pull if {
	every record in [only_at_esrf, with_server, {}, shared("none"), shared("conditional")] {
		every subject in [{}, member] {
			answers := {answer |
				some somewhere in [null, at("esrf", ["one.example"]), at("desy", [])]
				answer := allowed_at(record, subject, somewhere) - {"execute"}
			}
			count(answers) == 1
		}
	}
}

test_reasons_name_the_places if {
	some reason in decide(only_at_esrf, {}).reasons
	reason == {"code": "SITE_REQUIRED", "action": "execute", "params": {"sites": ["esrf", "dls"], "remedy": null}}
}

test_reasons_name_the_servers if {
	some reason in decide(with_server, {}).reasons
	reason == {
		"code": "LICENSE_SERVER_REQUIRED",
		"action": "execute",
		"params": {"servers": ["one.example", "two.example"], "remedy": null},
	}
}

test_a_place_that_is_not_one_of_the_condition_gets_the_remedy_that_the_facility_states if {
	record := under([
		condition("site", {"sites": ["esrf"], "remedy": "Send a job to Grenoble."}),
		condition("licenseServer", {"servers": ["license.example"]}),
	])
	answer := decide(record, {})
	remedies(answer, "SITE_REQUIRED") == {"Send a job to Grenoble."}
	remedies(answer, "LICENSE_SERVER_REQUIRED") == {null}
}
