# What the tests share: an image that anyone may use, somebody who has signed in, and a place that runs unverified
# images. Each test says only what is different.
package panfed.federation_test

import data.panfed.federation

base := {
	"record": {
		"facility": "esrf",
		"registry": "main",
		"repository": "em/relion",
		"frameworks": [{"name": "relion", "version": "3.1", "raw": "RELION"}],
		"title": "RELION",
		"description": null,
		"documentation": null,
		"source": null,
		"created": null,
		"size": null,
		"platforms": ["linux/amd64"],
		"labels": {},
		"techniques": ["PaNET01168"],
		"reads": ["MRC"],
		"writes": ["MRC"],
		"unmapped": [],
		"license": {
			"state": "normalized",
			"expression": "GPL-2.0-only",
			"raw": "GPL-2.0",
			"conditions": [],
			"conditionsKnown": true,
		},
		"sharing": "open",
		"stated": {"sharing": "open"},
		"listed": false,
		"suppliedBy": "staff",
		"groups": [],
		"trust": {"state": "unsigned", "signers": []},
		"requires": {
			"architectures": ["x86_64"],
			"cpus": null,
			"memory": null,
			"gpu": null,
			"mpi": null,
			"engines": [],
		},
	},
	"subject": {
		"authenticated": true,
		"issuer": "https://issuer.example",
		"groups": [],
		"affiliations": [],
		"sites": [],
		"assurance": [],
		"academic": null,
	},
	"request": {"at": {"facility": "desy", "allowsUnverified": true, "licenseServers": []}},
}

em := "urn:geant:esrf.eu:group:em"

staff := "urn:geant:esrf.eu:group:staff"

member := {"sites": ["esrf"]}

everything := {"discover", "pull", "execute"}

nothing := set()

# `at` is replaced and not merged: null is "no place".
given(record, subject) := object.union(base, {"record": record, "subject": subject})

decide(record, subject) := answer if {
	answer := federation.decision with input as given(record, subject)
}

decide_at(record, subject, place) := answer if {
	answer := federation.decision with input as object.union(
		object.remove(given(record, subject), ["request"]),
		{"request": {"at": place}},
	)
}

allowed_by(answer) := {action | some action in everything; answer[action]}

allowed(record, subject) := allowed_by(decide(record, subject))

allowed_at(record, subject, place) := allowed_by(decide_at(record, subject, place))

against(answer, action) := {reason.code |
	some reason in answer.reasons
	reason.action == action
}

shared(how) := {"sharing": how, "stated": {"sharing": how}}

under(conditions) := {"license": {"conditions": conditions}}

condition(kind, more) := object.union(
	{"kind": kind, "groups": [], "sites": [], "servers": [], "origin": "facility"},
	more,
)

place := base.request.at
