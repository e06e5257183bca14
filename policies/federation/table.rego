# The decision table: which row a record is in, and what each action asks for in that row. Pull asks for all that
# discover does and execute for all that pull does, so that execute ⇒ pull ⇒ discover holds by construction.
package panfed.federation

# What the facility said chooses the row, and the row of what a label lowered it to must allow as well: asking for both
# is what keeps a label from opening a door.
sharings := {stated_sharing, effective_sharing}

rows := {row(sharing) | some sharing in sharings}

# Whatever is not said in so many words is the row `unknown`.
default row(_) := "unknown"

row("none") := "none"

row("conditional") := "conditional" if {
	terms_known
	audience_stated
}

row("open") := "conditional" if {
	terms_known
	count(input.record.license.conditions) > 0
}

row("open") := "open" if {
	terms_known
	input.record.license.conditions == []
}

terms_known if {
	input.record.license.state == "normalized"
	input.record.license.conditionsKnown == true
}

# Only the facility can say for whom a conditional image is; a license's or a label's condition merely restricts. A
# condition of a kind that is not known says nothing: with it the row would be kinder than without.
audience_stated if {
	some group in groups
	known(group)
}

audience_stated if {
	some condition in conditions
	condition.origin == "facility"
	on_who(condition)
}

# Everyone may know of what is open; `listed` does the same for what is conditional.
announced("open")

announced(_) if input.record.listed == true

asked.discover contains "member" if "none" in rows

asked.discover contains "member" if unclear_and_not_open

asked.discover contains "group" if unclear_and_not_open

# The table asks members for groups alone here. An unlisted conditional image asks for its conditions too, and losing
# its license's state must not make it easier to find.
asked.discover contains "who" if {
	unclear_and_not_open
	not input.record.listed == true
}

asked.discover contains requirement if {
	some sharing in sharings
	row(sharing) == "conditional"
	not announced(sharing)
	some requirement in {"group", "who"}
}

asked.pull contains requirement if some requirement in asked.discover

asked.pull contains requirement if some requirement in {"group", "who", "trust", "signIn"}

asked.pull contains "member" if "unknown" in rows

asked.execute contains requirement if some requirement in asked.pull

asked.execute contains requirement if some requirement in {"where", "place"}

asked.execute contains "ownGroup" if "none" in rows

# Sharing that nobody stated might be `none`, whose images run for members of their groups alone: it asks for no less.
asked.execute contains "ownGroup" if {
	some sharing in sharings
	not sharing in {"open", "conditional"}
}

unclear_and_not_open if {
	some sharing in sharings
	row(sharing) == "unknown"
	sharing != "open"
}
