// Base64 (RFC 4648) with one reading: decoders differ in what they skip, and what one of them skips another may sign.

const STANDARD = /^[A-Za-z0-9+/]*={0,2}$/;
const URL_SAFE = /^[A-Za-z0-9_-]*={0,2}$/;
const URL_SAFE_UNPADDED = /^[A-Za-z0-9_-]*$/;

/**
 * The bytes of base64 in the standard or the URL-safe alphabet, with padding or without it, as DSSE and the JSON of
 * protocol buffers have it; null if it is none, has another character (a blank included), two alphabets, or bits that
 * mean nothing.
 */
export const readBase64 = (value: unknown): Buffer | null => {
  if (typeof value !== 'string') return null;
  if (STANDARD.test(value)) return decoded(value, 'base64');
  return URL_SAFE.test(value) ? decoded(value, 'base64url') : null;
};

/** The bytes of base64url without padding, as a JWS (RFC 7515) has it; null if it is anything else. */
export const readBase64Url = (value: unknown): Buffer | null =>
  typeof value === 'string' && URL_SAFE_UNPADDED.test(value) ? decoded(value, 'base64url') : null;

function decoded(text: string, encoding: 'base64' | 'base64url'): Buffer | null {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const digits = text.length - padding;
  const left = digits % 4;
  if (left === 1 || (padding > 0 && text.length % 4 !== 0)) return null;
  // Two or three digits at the end have bits that are not of a byte: these are zero.
  const last = text.slice(digits - left, digits);
  if (Buffer.from(last, encoding).toString('base64url') !== urlSafe(last)) return null;
  return Buffer.from(text, encoding);
}

const urlSafe = (text: string): string => text.replaceAll('+', '-').replaceAll('/', '_');
