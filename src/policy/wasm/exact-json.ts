// JSON in which whole numbers beyond 2^53 keep all their digits: OPA has them, and JSON.parse rounds them.
import { parse } from 'lossless-json';

/** What may be such a number, or be written by JSON.stringify for one. */
const LARGE = /\d{16}|\d[eE]\+?\d/;

/** Whether a text of JSON may have such a number. */
export const mayBeLarge = (json: string): boolean => LARGE.test(json);

/**
 * As JSON.parse, with what `large` gives of the digits in place of a whole number that JavaScript would round. Throws
 * SyntaxError, and RangeError where it is nested too deep.
 */
export function parseExact(json: string, large: (digits: string) => unknown): unknown {
  // The parser would take that key for the object's prototype.
  if (!mayBeLarge(json) || json.includes('__proto__')) return JSON.parse(json);
  return parse(json, undefined, (text) => {
    const value = Number(text);
    const digits = Number.isSafeInteger(value) ? null : digitsOf(text);
    return digits === null ? value : large(digits);
  });
}

/** More digits than any number has that JavaScript can hold. */
const MOST = 400;

/** The digits of a whole number, however it is written: `1e+21` is the same as a 1 with 21 zeros. null: it is none. */
function digitsOf(text: string): string | null {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]\+?(\d+))?$/.exec(text) ?? [];
  const places = Number(exponent);
  if (whole === '' || fraction.length > places || places > MOST) return null;
  return `${sign}${`${whole}${fraction.padEnd(places, '0')}`.replace(/^0+(?=\d)/, '')}`;
}
