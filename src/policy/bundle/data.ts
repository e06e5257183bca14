// The data of a policy as its bundle holds them: what is none, how they are told in the revision, and how they travel.
import { webcrypto } from 'node:crypto';
import type { ModuleData } from '../wasm/sandbox.ts';

/**
 * Pages of memory, of 64 KiB each, that the data of one policy may take in each worker: 256 MiB. What they take is some 11
 * times the bytes of a list of groups, and up to 100 times those of a list of digits.
 */
const DATA_PAGES = 4_096;
/** The same for people. */
export const DATA_MEMORY = '256 MiB of memory';

/** Whether it is an object with nothing in it, which OPA writes for a policy without data. */
export function saysNothing(data: Uint8Array): boolean {
  return data.byteLength < 16 && /^\s*\{\s*\}\s*$/.test(new TextDecoder().decode(data));
}

/** As `Deciding.data`; not on this thread, which others wait for. */
export async function digestOfData(data: Uint8Array<ArrayBuffer>): Promise<string> {
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', data)).toString('hex');
}

/** With the most memory that they may take, until it was measured. */
export function unmeasured(data: Uint8Array): ModuleData {
  const json = new SharedArrayBuffer(data.byteLength);
  new Uint8Array(json).set(data);
  return { json, pages: DATA_PAGES };
}
