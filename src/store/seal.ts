// The MAC of what the store is trusted for, which is in columns beside it: HMAC-SHA-256 (RFC 2104) by a key for this use
// alone. A change by anybody else who can write the store is seen.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { derivedKey } from '../model/derived-key.ts';

export interface Seal {
  /** The MAC of a list of values of one purpose: the boundaries of the values count. */
  mac(purpose: string, values: readonly SealedValue[]): Buffer;
  isValid(purpose: string, values: readonly SealedValue[], mac: Uint8Array): boolean;
}

export type SealedValue = string | number | null | Uint8Array;

/** @param secret `federation.secret`, 32 bytes or more */
export function createSeal(secret: Uint8Array): Seal {
  const key = derivedKey(secret, 'panfed/store/1');
  const mac = (purpose: string, values: readonly SealedValue[]): Buffer => {
    const hmac = createHmac('sha256', key);
    for (const value of [purpose, ...values]) {
      const bytes = encode(value);
      hmac.update(`${bytes.length}:`).update(bytes);
    }
    return hmac.digest();
  };
  return {
    mac,
    isValid(purpose, values, given) {
      const expected = mac(purpose, values);
      return expected.length === given.length && timingSafeEqual(expected, given);
    },
  };
}

/** The type counts: null is not "null", 1 is not "1". */
function encode(value: SealedValue): Buffer {
  if (value instanceof Uint8Array) return Buffer.concat([Buffer.from('b'), value]);
  if (value === null) return Buffer.from('n');
  return Buffer.from(`${typeof value === 'number' ? 'd' : 's'}${value}`);
}
