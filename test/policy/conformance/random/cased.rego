# The case of each letter, as it is asked of blocks of them.
package panfed.conformance.cased

answer := {"lower": [lower(letter) | some letter in input.letters], "upper": [upper(letter) | some letter in input.letters]}
