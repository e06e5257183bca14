# Trust: what the image's signatures, or the lack of one, add to pull and execute.
package panfed.federation

# A state that nobody knows is not "unsigned": something went wrong, and nothing may be pulled on its account.
met contains "trust" if input.record.trust.state in {"verified", "unsigned", "claimed"}

# Only a signature that does not have to be there leaves something to ask of the person or the place: what is refused to all
# is not to be had by signing in.
met contains "signIn" if not input.record.trust.state in {"unsigned", "claimed"}

met contains "signIn" if input.subject.authenticated == true

met contains "place" if not input.record.trust.state in {"unsigned", "claimed"}

met contains "place" if {
	place_named
	input.request.at.allowsUnverified == true
}

# METADATA
# custom:
#   reasons:
#     TRUST_FAILED:
#       message: "The image has to be signed for {facility}, and has no signature that counts: it may not be what {facility} published."
#       remedy: "Do not use it, and tell {facility}."
because.trust contains {"code": "TRUST_FAILED", "params": {"facility": owner}} if input.record.trust.state == "failed"

# METADATA
# custom:
#   reasons:
#     TRUST_UNKNOWN:
#       message: "The image's signatures have not been verified, or its registry does not give them now."
#       remedy: "Try again later, or tell the operator of this service."
because.trust contains {"code": "TRUST_UNKNOWN", "params": {}} if not input.record.trust.state == "failed"

# METADATA
# custom:
#   reasons:
#     SIGN_IN_REQUIRED:
#       message: "Images without a verified signature are for people who have signed in."
#       remedy: "Sign in."
because.signIn contains {"code": "SIGN_IN_REQUIRED", "params": {}}

because.place contains {"code": "AT_REQUIRED", "params": {}} if not place_named

# METADATA
# custom:
#   reasons:
#     UNVERIFIED_AT_PLACE:
#       message: "{place} runs images with a verified signature only."
#       remedy: "Choose a facility that allows unverified images, or ask {facility} to sign this one."
because.place contains {"code": "UNVERIFIED_AT_PLACE", "params": {"facility": owner, "place": input.request.at.facility}} if {
	place_named
}
