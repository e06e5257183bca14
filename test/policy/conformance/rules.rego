# The language itself: rules, functions, negation, defaults, `with`.
# METADATA
# custom:
#   of: the package
package panfed.conformance.rules

given := input.given.rules

default defaulted := "by default"

defaulted := "by a rule" if given.missing

default overruled := "by default"

overruled := "by a rule" if given.yes

chosen := "first" if {
	given.no == true
} else := "second" if {
	given.yes == true
} else := "third"

chosen_at_last := "first" if {
	given.missing
} else := "last"

chosen_never := 1 if {
	given.missing
} else := 2 if {
	given.no
}

agreeing := 1 if given.yes

agreeing := 1 if given.no == false

negated_false if not given.no

negated_missing if not given.missing

negated_null if not given.null

negated_true if not given.yes

negated_empty if not given.empty

negated_zero if not given.zero

negated_comparison if not given.missing == 1

negated_set if not "x" in {"y"}

double(x) := 2 * x

calls := [double(2), double(double(3))]

calls_with_missing := double(given.missing)

calls_with_text := double(given.text)

grade(score) := "good" if score > 5

grade(score) := "bad" if score <= 5

calls_by_case := [grade(9), grade(1)]

kind("a") := 1

kind("b") := 2

calls_by_pattern := [kind(x) | some x in ["b", "a", "c"]]

swap([x, y]) := [y, x]

calls_by_destructuring := swap([1, 2])

default graded(_) := "none"

graded(score) := "high" if score > 5

calls_with_default := [graded(9), graded(1)]

truthy if given.empty

truthy_zero if given.zero

truthy_null if given.null

truthy_false if given.no

assigned := y if {
	x := 1
	y := x + 1
}

shadowed := [x | some x in [1, 2]; y := [x | some x in [3, 4]]; count(y) == 2]

with_input := answer if {
	answer := defaulted with input as {"given": {"rules": {"missing": true}}}
}

with_a_part_of_input := answer if {
	answer := defaulted with input.given.rules.missing as 1
}

with_another_list := answer if {
	answer := [grade(x) | some x in input.scores] with input as {"scores": [1, 9]}
}

with_data := answer if {
	answer := secret with data.panfed.conformance.rules.hidden as 7
}

hidden := 1

secret := hidden

with_a_function := answer if {
	answer := double(1) with double as 5
}

with_a_builtin := answer if {
	answer := count([1, 2]) with count as 9
}

with_then_without := [defaulted, x] if {
	x := defaulted with input as {"given": {"rules": {"missing": true}}}
}

some_declared := [x, y] if {
	some x, y
	[1, 2][x] == 2
	["a", "b"][y] == "b"
}

some_in_nested := [name | some record in given.records; some name in record.names]

exists if given.records[_].names[_] == "b"

does_not_exist if given.records[_].names[_] == "z"

joins := {[x, y] | some x in [1, 2, 3]; some y in [2, 3, 4]; x == y}

error_is_undefined := 1 / given.zero

error_in_a_list := [(x / given.zero) | some x in [1, 2]]

error_in_a_condition if 1 / given.zero == 1

recursion_by_data := data.panfed.conformance.rules.agreeing

data_by_a_variable := [value | some name in ["lists", "numbers", "none"]; value := data.panfed.conformance.kinds[name]]

data_that_is_not_there := data.panfed.nowhere

# METADATA
# title: described
described := rego.metadata.rule().title

# METADATA
# custom:
#   severity: high
described_in_a_chain := [link.annotations.custom | some link in rego.metadata.chain()]

assigns_all := [a, b, c] if {
	a := 1
	[b, {"k": c}] := [2, {"k": 3}]
}

quotes := {"`": 1, "\\": 2}

numbers_of_rules := count({name | some name in ["a", "b"]; name != "a"})

every_nested if {
	every list in [[1, 2], [3]] {
		every x in list { x > 0 }
	}
}

every_with_negation if {
	every x in [1, 2] { not x in {3} }
}

every_of_a_rule if {
	every x in given.records { count(x.names) > 0 }
}

long_or if {
	some value in ["q", "x"]
	value in {"x", "y", "z"}
}

deep_reference := given.deep.a.b.c.d.e.f

text_keys := given["with-hyphen"]["and space"]

negated_error if not 1 / given.zero == 1
