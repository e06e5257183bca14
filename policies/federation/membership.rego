# Membership: of the owning facility, and of the groups that the facility named for an image.
package panfed.federation

met contains "member" if {
	known(owner)
	owner in input.subject.sites
}

# panfed:allow fail-open an image that is for no group in particular is for all who may see it by table.rego
met contains "group" if input.record.groups == []

met contains "group" if in_one_group

met contains "ownGroup" if in_one_group

in_one_group if {
	some group in groups
	known(group)
	group in input.subject.groups
}

# METADATA
# custom:
#   reasons:
#     NOT_SHARED:
#       message: "{facility} shares this image with its own members only."
#       remedy: "Sign in with your account of {facility}, if you have one."
because.member contains {"code": "NOT_SHARED", "params": {"facility": owner}} if "none" in rows

# METADATA
# custom:
#   reasons:
#     SHARING_UNKNOWN:
#       message: "{facility} has not said with whom it shares this image, so only its members may use it."
#       remedy: "Ask {facility} to state how the image is shared."
because.member contains {"code": "SHARING_UNKNOWN", "params": {"facility": owner}} if {
	some sharing in sharings
	not sharing in {"open", "conditional", "none"}
}

# METADATA
# custom:
#   reasons:
#     LICENSE_UNKNOWN:
#       message: "The license of the software is not known, so only members of {facility} may use the image."
#       remedy: "Ask {facility} to state the license as an SPDX expression."
because.member contains {"code": "LICENSE_UNKNOWN", "params": {"facility": owner}} if {
	"unknown" in rows
	not input.record.license.state == "normalized"
}

# METADATA
# custom:
#   reasons:
#     CONDITIONS_UNKNOWN:
#       message: "What the license asks of its users is not known, so only members of {facility} may use the image."
#       remedy: "Ask {facility} to state the conditions of the license."
because.member contains {"code": "CONDITIONS_UNKNOWN", "params": {"facility": owner}} if {
	"unknown" in rows
	input.record.license.state == "normalized"
	not conditions_stated
}

conditions_stated if {
	input.record.license.conditionsKnown == true
	conditions_listed
}

# METADATA
# custom:
#   reasons:
#     AUDIENCE_UNKNOWN:
#       message: "{facility} shares this image under conditions but has not said with whom, so only its members may use it."
#       remedy: "Ask {facility} to name the groups or the conditions for this image."
because.member contains {"code": "AUDIENCE_UNKNOWN", "params": {"facility": owner}} if {
	"conditional" in sharings
	not audience_stated
}

# METADATA
# custom:
#   reasons:
#     GROUP_REQUIRED:
#       message: "{facility} shares this image with members of these groups only: {groups}."
#       remedy: "Ask the managers of one of these groups for membership: {groups}."
because.group contains {"code": "GROUP_REQUIRED", "params": {"facility": owner, "groups": groups}}

because.ownGroup contains {"code": "GROUP_REQUIRED", "params": {"facility": owner, "groups": groups}} if {
	count(groups) > 0
}

# METADATA
# custom:
#   reasons:
#     NO_GROUP_NAMED:
#       message: "{facility} has named no group that may run this image."
#       remedy: "Ask {facility} to name a group for this image."
because.ownGroup contains {"code": "NO_GROUP_NAMED", "params": {"facility": owner}} if count(groups) == 0
