// The data of a policy as its bundle contains them: when they are empty, their digest for the revision, and the shared
// buffer in which workers get them.
import { webcrypto } from 'node:crypto';
import type { ModuleData } from '../wasm/sandbox.ts';

/**
 * Pages of memory, 64 KiB each, that the data of one policy may take in each worker: 256 MiB. They take some 11 times
 * the bytes of a list of groups, and up to 100 times those of a list of digits.
 */
const DATA_PAGES = 4_096;
/** The same bound, as messages name it. */
export const DATA_MEMORY = '256 MiB of memory';

/**
 * Whether data.json is an empty object, white space aside and in fewer than 16 bytes, which OPA writes for a policy
 * without data. Never throws.
 */
export function saysNothing(data: Uint8Array): boolean {
  return data.byteLength < 16 && /^\s*\{\s*\}\s*$/.test(new TextDecoder().decode(data));
}

/**
 * The SHA-256 (FIPS 180-4) of data.json in lowercase hexadecimal, as `Deciding.data`; hashed on another thread, because
 * requests need this one. Never rejects.
 */
export async function digestOfData(data: Uint8Array<ArrayBuffer>): Promise<string> {
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', data)).toString('hex');
}

/**
 * A copy of the data (UTF-8) in a shared buffer, with the maximum of memory that they may take, 4,096 pages of 64 KiB,
 * until it was measured. Throws a RangeError only where there is no memory for the copy.
 */
export function unmeasured(data: Uint8Array): ModuleData {
  const json = new SharedArrayBuffer(data.byteLength);
  new Uint8Array(json).set(data);
  return { json, pages: DATA_PAGES };
}
