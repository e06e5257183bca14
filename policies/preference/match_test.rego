package panfed.preference_test

import data.panfed.preference

test_whole_values_in_any_case if {
	found := preference.match with input as {
		"field": "frameworks",
		"choice": ["RELION", "Simex"],
		"values": ["cryosparc", "relion", "relion-tools", "SIMEX"],
	}
	found == [1, 3]
}

test_nothing_matches if {
	found := preference.match with input as {"field": "facilities", "choice": ["psi"], "values": ["esrf"]}
	found == []
}

test_unknown_is_a_value if {
	found := preference.match with input as {"field": "licenses", "choice": ["UNKNOWN"], "values": ["mit", "unknown"]}
	found == [1]
}

test_every_field_of_the_choices_but_may if {
	every field in [
		"facilities", "frameworks", "techniques", "licenses", "conditions", "groups", "trust", "sharing",
		"suppliedBy", "reads", "writes", "engines", "platforms",
	] {
		found := preference.match with input as {"field": field, "choice": ["x"], "values": ["x"]}
		found == [0]
	}
}

test_undefined_where_it_cannot_judge if {
	every thing in [
		{"field": "may", "choice": ["PULL"], "values": ["PULL"]},
		{"field": "colour", "choice": ["red"], "values": ["red"]},
		{"field": null, "choice": ["x"], "values": ["x"]},
		{"choice": ["x"], "values": ["x"]},
		{"field": "trust", "choice": [1], "values": ["x"]},
		{"field": "trust", "choice": "x", "values": ["x"]},
		{"field": "trust", "choice": ["x"], "values": [null]},
		{"field": "trust", "choice": ["x"], "values": {"a": "x"}},
		{"field": "trust", "values": ["x"]},
		{"field": "trust", "choice": ["x"]},
	] {
		not judged(thing)
	}
}

judged(thing) if {
	_ := preference.match with input as thing
}
