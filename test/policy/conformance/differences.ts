// Where a compiled module differs from OPA in the language itself, so that no built-in can leave for it. The cases must
// differ: one that does not any more is taken off this list.

const ORDER =
  'Members of a set and keys of an object come in the order of memory, and in OPA sorted: `sort` what is a list.';
const FRACTIONS = 'Fractions are computed with other last digits: compare them by < and >, and not by ==.';
const WRITTEN = 'A whole number that is written with a fraction, as 1.0, is no integer: write 1.';
const LETTERS = 'A compiled module knows the case of the letters that Unicode had in 2019: 86 came later.';

/** Letters of Unicode 13 and 14 with a case: Glagolitic, Latin and Vithkuqi. */
export const LATER_LETTERS =
  /[\u2c2f\u2c5f\ua7c0\ua7c1\ua7c7-\ua7ca\ua7d0\ua7d1\ua7d6-\ua7d9\ua7f5\ua7f6\u{10570}-\u{105bc}]/u;

/** Why each case differs, by its name. */
export const DIFFERENCES: Readonly<Record<string, string>> = Object.freeze({
  'arrays: indexes_by_a_whole_float': WRITTEN,
  'arrays: slices_by_whole_floats': WRITTEN,
  'bits: of_a_whole_float': WRITTEN,
  'numbers: adds_many_tenths': FRACTIONS,
  'numbers: divides_evenly_after_all': FRACTIONS,
  'numbers: subtracts_to_zero': FRACTIONS,
  'objects: iterates': ORDER,
  'objects: iterates_by_reference': ORDER,
  'objects: iterates_in_order': ORDER,
  'objects: iterates_many_in_order': ORDER,
  'objects: iterates_what_is_given_in_order': ORDER,
  'objects: values': ORDER,
  'patterns: finds_by_a_whole_float': WRITTEN,
  'sets: iterates_in_order': ORDER,
  'sets: iterates_many_in_order': ORDER,
  'sets: iterates_texts_in_order': ORDER,
  'text: cuts_by_whole_floats': WRITTEN,
  'unicode: lowers_letters_of_2020': LETTERS,
  'unicode: uppers_letters_of_2021': LETTERS,
});
