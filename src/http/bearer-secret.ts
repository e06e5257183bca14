// Whether a request brings the one bearer token of a server: RFC 6750, compared so that neither time nor length says
// anything of it.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/**
 * Whether the request brings this token as its bearer token (RFC 6750, section 2.1), compared in constant time; false
 * also where the header is missing, or has another scheme, and for an empty `token`.
 */
export function bringsBearer({ headers }: Pick<IncomingMessage, 'headers'>, token: string): boolean {
  const given = /^Bearer +(.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
  // Hashes are of one length, whatever was given.
  return token !== '' && timingSafeEqual(digest(given), digest(token));
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
