// Where a JSON document ends: the SDK reads the data of a module up to there, and does not look at what follows.
import { scanJson } from '../../model/json.ts';

/**
 * Whether the text (UTF-8) is one JSON object (RFC 8259) with nothing but white space after it, which the SDK would not
 * notice. The content of the object is not checked: the SDK refuses it if it is not JSON. Never throws; false for no
 * bytes.
 */
export function isOneObject(data: Uint8Array): boolean {
  let isOne = false;
  scanJson(data, (byte, depth, index) => {
    if (depth !== 0 || isSpace(byte)) return false;
    isOne = byte === CLOSES_OBJECT && data.subarray(index + 1).every(isSpace);
    return true;
  });
  return isOne;
}

const CLOSES_OBJECT = 0x7d;
const SPACES: ReadonlySet<number> = new Set(Buffer.from(' \t\r\n'));
const isSpace = (byte: number): boolean => SPACES.has(byte);
