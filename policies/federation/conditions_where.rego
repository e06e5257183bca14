# The license's conditions on where: facts about the place that the caller named. It is their unproven word, so that
# discover and pull never ask for it.
package panfed.federation

met contains "where" if {
	conditions_listed

	# panfed:allow fail-open table.rego denies where the conditions are not known
	every condition in input.record.license.conditions {
		met_at_place(condition)
	}
}

# Asked elsewhere: conditions_who.rego, where also a kind that is not known fails.
met_at_place(condition) if not on_where(condition)

met_at_place(condition) if {
	condition.kind == "site"
	known(input.request.at.facility)
	input.request.at.facility in condition.sites
}

met_at_place(condition) if {
	condition.kind == "licenseServer"
	some server in condition.servers
	known(server)
	server in input.request.at.licenseServers
}

place_named if known(input.request.at.facility)

not_met_at_place contains condition if {
	some condition in conditions
	not met_at_place(condition)
}

# METADATA
# custom:
#   reasons:
#     AT_REQUIRED:
#       message: "Whether this image may run depends on the place."
#       remedy: "Say at which facility you mean to run it."
because.where contains {"code": "AT_REQUIRED", "params": {}} if not place_named

# METADATA
# custom:
#   reasons:
#     SITE_REQUIRED:
#       message: "The license allows the software to run at these facilities only: {sites}."
#       remedy: "Run it at one of: {sites}."
because.where contains {"code": "SITE_REQUIRED", "params": {"sites": object.get(condition, "sites", []), "remedy": remedy(condition)}} if {
	place_named
	some condition in not_met_at_place
	condition.kind == "site"
}

# METADATA
# custom:
#   reasons:
#     LICENSE_SERVER_REQUIRED:
#       message: "The software needs one of these license servers: {servers}."
#       remedy: "Run it at a facility that reaches one of: {servers}."
because.where contains {"code": "LICENSE_SERVER_REQUIRED", "params": {"servers": object.get(condition, "servers", []), "remedy": remedy(condition)}} if {
	place_named
	some condition in not_met_at_place
	condition.kind == "licenseServer"
}

because.where contains {"code": "CONDITION_UNKNOWN", "params": {}} if not conditions_listed
