// Text of signed documents that is compared with configured text later. It is taken as it is or not at all: text that
// had to be cleaned could become a name that its signer never wrote.
import { BOUNDS } from '../model/bounds.ts';
import { cleanLine } from '../model/clean-text.ts';
import { isRepository } from '../model/oci-names.ts';

/** Printable ASCII without blanks at the ends, as issuers, e-mail addresses and URIs have it. */
const PRINTABLE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;
const HOST = /^(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

/** The text, of at most `maximum` UTF-16 units; null if it is none, empty, longer, or not inert as it is. */
export function exactText(value: unknown, maximum: number): string | null {
  return typeof value === 'string' && value.length <= maximum && cleanLine(value) === value ? value : null;
}

/** The issuer or subject of an identity, of at most 512 characters of printable ASCII; null if the bytes are anything else. */
export function identityText(bytes: Uint8Array): string | null {
  if (bytes.length > BOUNDS.signer) return null;
  const text = Buffer.from(bytes).toString('latin1');
  return PRINTABLE.test(text) ? text : null;
}

/**
 * `[<host>[:<port>]/]<repository>` as a signature names it; null if it is not that, or has more than 510
 * UTF-16 units.
 */
export function repositoryText(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > 2 * BOUNDS.repository) return null;
  const slash = value.indexOf('/');
  if (isRepository(value)) return value;
  return HOST.test(value.slice(0, Math.max(slash, 0))) && isRepository(value.slice(slash + 1)) ? value : null;
}
