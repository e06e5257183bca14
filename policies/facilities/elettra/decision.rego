# ELETTRA: what is not open is internal, for its system administrators and for developers that it selected, whatever
# else the image's record says. Others may know of an internal image only if it is listed.
package panfed.facility.elettra

teams := {"urn:geant:elettra.eu:group:developers", "urn:geant:elettra.eu:group:sysadmins"}

public if {
	input.record.sharing == "open"
	input.record.stated.sharing == "open"
}

default usable := false

usable if public

usable if {
	some team in teams
	team in input.subject.groups
}

default findable := false

findable if usable

findable if input.record.listed == true

decision := {"discover": findable, "pull": usable, "execute": usable, "reasons": reasons}

denied contains "discover" if not findable

denied contains action if {
	not usable
	some action in {"pull", "execute"}
}

# METADATA
# custom:
#   reasons:
#     ELETTRA_INTERNAL:
#       message: "This image is internal to ELETTRA: it is for its system administrators and selected developers."
#       remedy: "Ask ELETTRA's software group for membership in one of: {groups}."
reasons := [{"code": "ELETTRA_INTERNAL", "action": action, "params": {"groups": sort(teams)}} |
	some action in ["discover", "pull", "execute"]
	action in denied
]
