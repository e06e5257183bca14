// JSON of documents from outside, with one meaning or none.
import { parseJsonOnce } from '../model/json.ts';

/**
 * The value of a text of JSON, or of bytes in UTF-8; null where there is none, or where it is no JSON, too deep or has a
 * key twice. Never throws.
 */
export function readJson(text: Uint8Array | string | null | undefined): unknown {
  if (text === null || text === undefined) return null;
  try {
    return parseJsonOnce(text);
  } catch {
    return null;
  }
}
