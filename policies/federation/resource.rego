# The people who may know of a compute resource, and those who may send jobs to it: as its facility stated it, and nobody else.
package panfed.federation

resource := {
	"visible": resource_visible,
	"use": resource_usable,
	"reasons": [{"code": why.code, "params": why.params} | some why in sort(against_use)],
}

default resource_visible := false

resource_visible if in_audience(input.resource.visible)

default resource_usable := false

resource_usable if {
	resource_visible
	in_audience(input.resource.use)
}

in_audience(audience) if audience.everyone == true

in_audience(audience) if {
	some group in audience.groups
	known(group)
	group in input.subject.groups
}

in_audience(audience) if {
	some site in audience.sites
	known(site)
	site in input.subject.sites
}

# METADATA
# custom:
#   reasons:
#     RESOURCE_GROUP_REQUIRED:
#       message: "{facility} lets members of these groups send jobs there: {groups}."
#       remedy: "Ask the managers of one of these groups for membership: {groups}."
against_use contains {"code": "RESOURCE_GROUP_REQUIRED", "params": {"facility": input.resource.facility, "groups": input.resource.use.groups}} if {
	not resource_usable
	count(input.resource.use.groups) > 0
}

# METADATA
# custom:
#   reasons:
#     RESOURCE_SITE_REQUIRED:
#       message: "{facility} lets members of these facilities send jobs there: {sites}."
#       remedy: "Sign in with your account of one of them, if you have one."
against_use contains {"code": "RESOURCE_SITE_REQUIRED", "params": {"facility": input.resource.facility, "sites": input.resource.use.sites}} if {
	not resource_usable
	count(input.resource.use.sites) > 0
}
