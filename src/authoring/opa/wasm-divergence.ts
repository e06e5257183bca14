// Built-ins whose results differ between a compiled module and OPA's own evaluator, with which policies are tested.
// Reviewed by hand; test/policy/conformance/left has a case for each that fails once the difference is gone.

/** The difference, by the built-in's name. Policies may use none of them. */
export const WASM_DIVERGENCE: Readonly<Record<string, string>> = Object.freeze({
  abs: 'is exact beyond 64 bits, where OPA rounds',
  'base64.decode': 'accepts other alphabets, blanks and missing padding, and refuses the empty text',
  'base64.is_valid': 'refuses the empty text, and accepts other alphabets and missing padding',
  'base64url.decode': 'accepts the other alphabet, and refuses the empty text',
  ceil: 'gives 0 for numbers between -1 and 0, where OPA gives 1',
  format_int: 'aborts for integers of more than 32 bits',
  'glob.match': 'does not match + ( ) literally, and matches nothing if braces do not close',
  indexof: 'finds the empty text, which OPA does not',
  'json.is_valid': 'accepts invalid numbers, and lists with a comma at their end, or crashes',
  'json.marshal': 'writes keys and members of sets in no order, and with other escapes',
  'json.unmarshal': 'accepts lists with a comma at their end, and what follows the end',
  'object.union_n': 'is undefined for an empty list',
  replace: 'does not end if the empty text is replaced',
  round: 'is exact beyond 64 bits, where OPA rounds',
  to_number: 'refuses a sign before a number, which OPA accepts',
});

/**
 * Built-ins whose results are equal only for some types, with the allowed types of their arguments. Joining a set joins
 * it in no order, where OPA sorts it: a policy must `sort` it, which makes it a list.
 */
export const NARROWED: Readonly<Record<string, readonly object[]>> = Object.freeze({
  concat: [
    { name: 'delimiter', type: 'string' },
    { name: 'collection', type: 'array', dynamic: { type: 'string' } },
  ],
});
