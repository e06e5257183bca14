// Text from outside as records have it: well-formed, in one form of Unicode, inert. Names and values are compared as they are then.
import { inert } from './inert.ts';

/** Most texts are plain: they need neither normalization nor cleaning. */
const PLAIN = /^[\x20-\x7e]*$/;

/** The text as one line: well-formed, in Unicode NFC, inert, trimmed; null if nothing is left. */
export function cleanLine(text: string): string | null {
  const clean = (PLAIN.test(text) ? text : inert(text.toWellFormed().normalize('NFC'))).trim();
  return clean === '' ? null : clean;
}

/** As {@link cleanLine}, for text whose line breaks are kept, as line feeds; null if nothing is left. */
export function cleanProse(text: string): string | null {
  if (PLAIN.test(text)) return cleanLine(text);
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/).map((line) => cleanLine(line) ?? '');
  const clean = lines.join('\n').trim();
  return clean === '' ? null : clean;
}
