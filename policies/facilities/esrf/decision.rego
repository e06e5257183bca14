# ESRF: what it shares under conditions comes from publicly funded collaborations, whose agreements do not cover
# industry. Industrial users get such images through ESRF's business office and not from a registry.
package panfed.facility.esrf

default covered := false

covered if {
	input.record.sharing == "open"
	input.record.stated.sharing == "open"
}

# Not `!= false`: somebody has to say that the work is academic.
covered if input.subject.academic == true

covered if "esrf" in input.subject.sites

decision := {"discover": true, "pull": covered, "execute": covered, "reasons": reasons}

# METADATA
# custom:
#   reasons:
#     ESRF_ACADEMIC_AGREEMENT:
#       message: "ESRF shares this image under an agreement between academic partners, which does not cover industry."
#       remedy: "Ask ESRF's Business Development Office for an agreement, or sign in with an academic account."
reasons := [{"code": "ESRF_ACADEMIC_AGREEMENT", "action": action, "params": {}} |
	not covered
	some action in ["pull", "execute"]
]
