// Parses JSON so that whole numbers beyond 2^53 keep all their digits: OPA has such numbers, and JSON.parse rounds
// them.
import { parse } from 'lossless-json';

/** Matches what may be such a number, or JSON.stringify's form of one. */
const LARGE = /\d{16}|\d[eE]\+?\d/;

/**
 * Whether a JSON text may contain a whole number that JavaScript would round; true also for some texts without one.
 * Never throws.
 */
export const mayBeLarge = (json: string): boolean => LARGE.test(json);

/**
 * As JSON.parse (RFC 8259), but a whole number that JavaScript would round becomes what `large` makes of its digits;
 * one with an exponent beyond 400, or in a text that contains `__proto__`, stays rounded. Throws a SyntaxError, and a
 * RangeError for text that is nested too deeply.
 */
export function parseExact(json: string, large: (digits: string) => unknown): unknown {
  // The parser would set the object's prototype for that key.
  if (!mayBeLarge(json) || json.includes('__proto__')) return JSON.parse(json);
  return parse(json, undefined, (text) => {
    const value = Number(text);
    const digits = Number.isSafeInteger(value) ? null : digitsOf(text);
    return digits === null ? value : large(digits);
  });
}

/** More digits than any number in JavaScript has. */
const MAX_DIGITS = 400;

/**
 * The digits of a whole number, however it is written: `1e+21` equals a 1 with 21 zeros. null: it is not a whole
 * number.
 */
function digitsOf(text: string): string | null {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]\+?(\d+))?$/.exec(text) ?? [];
  const places = Number(exponent);
  if (whole === '' || fraction.length > places || places > MAX_DIGITS) return null;
  return `${sign}${`${whole}${fraction.padEnd(places, '0')}`.replace(/^0+(?=\d)/, '')}`;
}
