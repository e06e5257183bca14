// Built-ins that a compiled module answers otherwise than OPA's own evaluator, with which policies are tested. Reviewed
// by hand; test/policy/conformance/left has a case of each that fails as long as the difference is there.

/** What differs, by the built-in's name. None of them may be used in a policy. */
export const UNFAITHFUL: Readonly<Record<string, string>> = Object.freeze({
  abs: 'is exact beyond 64 bits, where OPA rounds',
  'base64.decode': 'accepts other alphabets, blanks and missing padding, and refuses the empty text',
  'base64.is_valid': 'refuses the empty text, and accepts other alphabets and missing padding',
  'base64url.decode': 'accepts the other alphabet, and refuses the empty text',
  ceil: 'gives 0 for what is between -1 and 0, where OPA gives 1',
  format_int: 'aborts for integers of more than 32 bits',
  'glob.match': 'matches no + ( ) as themselves, and nothing where braces do not close',
  indexof: 'finds the empty text, which OPA does not',
  'json.is_valid': 'accepts numbers that are none and lists with a comma at their end, or crashes',
  'json.marshal': 'writes keys and members of sets in no order, and other escapes',
  'json.unmarshal': 'accepts lists with a comma at their end, and what follows the end',
  'object.union_n': 'is undefined for no objects at all',
  replace: 'does not end where the empty text is replaced',
  round: 'is exact beyond 64 bits, where OPA rounds',
  to_number: 'refuses a sign before a number, which OPA takes',
});

/**
 * Built-ins of which a part is as OPA's, with the types of the arguments that are allowed. Joining a set joins it in no
 * order, where OPA sorts it: a policy has to `sort` it, which makes it a list.
 */
export const NARROWED: Readonly<Record<string, readonly object[]>> = Object.freeze({
  concat: [
    { name: 'delimiter', type: 'string' },
    { name: 'collection', type: 'array', dynamic: { type: 'string' } },
  ],
});
