// The MAC of what the store is trusted for, which is in columns beside it: HMAC-SHA-256 (RFC 2104) by a key for this use
// alone. A change by anybody else who can write the store is seen.
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { derivedKey } from '../model/derived-key.ts';

export interface Seal {
  /** The MAC, 32 bytes, of a list of values of one purpose: the boundaries of the values count. */
  mac(purpose: string, values: readonly SealedValue[]): Buffer;
  /** Whether it is that MAC, compared in constant time; false for one of another length. */
  isValid(purpose: string, values: readonly SealedValue[], mac: Uint8Array): boolean;
  /** A short MAC of one of very many rows, 132 bits as 22 characters of base64url: made in half the time of one of bytes. */
  rowMac(purpose: string, values: readonly RowValue[]): string;
  /** The same of a short MAC, whatever the row's columns have: SQLite takes values of any type. */
  isValidRow(purpose: string, values: readonly RowValue[], mac: unknown): boolean;
}

export type RowValue = string | number | null;

export type SealedValue = string | number | null | Uint8Array;

/**
 * MACs (HMAC-SHA-256, RFC 2104) by the key that {@link derivedKey} makes of the secret for the store. Never throws, nor do
 * its methods.
 *
 * @param secret `federation.secret`, 32 bytes or more
 */
export function createSeal(secret: Uint8Array): Seal {
  const key = createSecretKey(derivedKey(secret, 'panfed/store/1'));
  const mac = (purpose: string, values: readonly SealedValue[]): Buffer => {
    const hmac = createHmac('sha256', key);
    for (const value of [purpose, ...values]) {
      const bytes = encode(value);
      hmac.update(`${bytes.length}:`).update(bytes);
    }
    return hmac.digest();
  };
  const rowMac = (purpose: string, values: readonly RowValue[]): string => {
    let text = encodeRow(purpose);
    for (const value of values) text += encodeRow(value);
    return createHmac('sha256', key).update(text).digest('base64url').slice(0, ROW_MAC);
  };
  const [one, other] = [Buffer.alloc(ROW_MAC), Buffer.alloc(ROW_MAC)];
  return {
    mac,
    rowMac,
    isValidRow(purpose, values, given) {
      if (typeof given !== 'string' || given.length !== ROW_MAC) return false;
      one.write(rowMac(purpose, values), 'latin1');
      other.write(given, 'latin1');
      return timingSafeEqual(one, other);
    },
    isValid(purpose, values, given) {
      const expected = mac(purpose, values);
      return expected.length === given.length && timingSafeEqual(expected, given);
    },
  };
}

/** Characters of a short MAC. */
const ROW_MAC = 22;

/** As below, by the length of the text: all that a database has as text is well-formed, and so are its UTF-8 bytes one text. */
function encodeRow(value: RowValue): string {
  const text = value === null ? 'n' : `${typeof value === 'number' ? 'd' : 's'}${value}`;
  return `${text.length}:${text}`;
}

/** The type counts: null is not "null", 1 is not "1". */
function encode(value: SealedValue): Buffer {
  if (value instanceof Uint8Array) return Buffer.concat([Buffer.from('b'), value]);
  if (value === null) return Buffer.from('n');
  return Buffer.from(`${typeof value === 'number' ? 'd' : 's'}${value}`);
}
