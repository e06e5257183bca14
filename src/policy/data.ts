// The data of a policy as its bundle holds them: what is none, how they are told in the revision, and how they travel.
import { webcrypto } from 'node:crypto';
import type { ModuleData } from './sandbox.ts';

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

/**
 * Whether nothing follows the object that it begins with, which the SDK would not notice. What is in the object is not
 * looked at: the SDK refuses it where it is no JSON.
 */
export function isOneObject(data: Uint8Array): boolean {
  let depth = 0;
  for (let index = 0; index < data.length; index++) {
    const byte = data[index];
    if (byte === QUOTE) index = endOfString(data, index);
    else if (byte === OPENS_OBJECT || byte === OPENS_LIST) depth++;
    else if (byte === CLOSES_OBJECT || byte === CLOSES_LIST) depth--;
    if (depth === 0 && byte === CLOSES_OBJECT) return data.subarray(index + 1).every(isSpace);
    if (depth === 0 && !isSpace(byte)) return false;
  }
  return false;
}

const [QUOTE, BACKSLASH, OPENS_OBJECT, CLOSES_OBJECT, OPENS_LIST, CLOSES_LIST] = Buffer.from('"\\{}[]');
const SPACES: ReadonlySet<number | undefined> = new Set(Buffer.from(' \t\r\n'));
const isSpace = (byte: number | undefined): boolean => SPACES.has(byte);

/** Of its closing quote, or of the end where there is none. */
function endOfString(data: Uint8Array, begin: number): number {
  let index = begin + 1;
  while (index < data.length && data[index] !== QUOTE) index += data[index] === BACKSLASH ? 2 : 1;
  return index;
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
