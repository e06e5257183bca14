# Two values where there can be one: OPA ends with an error, and so does a compiled module.
package panfed.conformance.errors

given := input.given.rules

conflicting := 1 if given.yes

conflicting := 2 if given.no == false

clashing(x) := 1 if x > 0

clashing(x) := 2 if x > 1

calls_that_clash := clashing(2)

calls_that_do_not_clash := clashing(1)

comprehends_conflicts := {key: value | some key in ["a"]; some value in input.given.objects.list}

defined_twice[key] := value if some key, value in ["a", "b"]

defined_twice[0] := "c"
