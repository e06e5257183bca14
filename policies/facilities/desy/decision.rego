# DESY: images that its users supply are built from their own recipes and not reviewed. Whoever runs one must be a
# member of DESY or a person whose identity somebody checked, so that there is someone to ask when it goes wrong.
package panfed.facility.desy

decision := {
	"discover": true,
	"pull": true,
	"execute": count(against_execute) == 0,
	"reasons": [reason | some reason in against_execute],
}

# METADATA
# custom:
#   reasons:
#     DESY_IDENTITY_REQUIRED:
#       message: "DESY has not reviewed this image, which a user supplied: only its members and people with a checked identity may run it."
#       remedy: "Sign in with an account whose identity assurance is at least {assurance}."
against_execute contains {
	"code": "DESY_IDENTITY_REQUIRED",
	"action": "execute",
	"params": {"assurance": "https://refeds.org/assurance/IAP/medium"},
} if {
	not reviewed
	not answerable
}

# Its supplier must be said: an image of nobody knows whom was reviewed by nobody.
reviewed if input.record.suppliedBy == "staff"

answerable if "desy" in input.subject.sites

# REFEDS Assurance Framework: the identity was proofed with a document or better.
answerable if {
	some profile in {"https://refeds.org/assurance/IAP/medium", "https://refeds.org/assurance/IAP/high"}
	profile in input.subject.assurance
}
