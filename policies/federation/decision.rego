# The federation's answer for one record and one subject. What each action asks for is in table.rego; whether it is
# met, and the reason where it is not, is told topic by topic in the other files.
package panfed.federation

decision := {
	"discover": count(unmet.discover) == 0,
	"pull": count(unmet.pull) == 0,
	"execute": count(unmet.execute) == 0,
	"reasons": reasons,
}

unmet := {
	"discover": asked.discover - met,
	"pull": asked.pull - met,
	"execute": asked.execute - met,
}

# Sorted, because a set's own order is not the same in OPA and in its WASM.
reasons := [{"code": why.code, "action": action, "params": why.params} |
	some action in ["discover", "pull", "execute"]
	some why in sort(union({because[requirement] | some requirement in unmet[action]}))
]
