// Whether a request brings the one bearer token of a server: RFC 6750, compared so that neither time nor length says
// anything of it.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** false also where the header is missing, or has another scheme. */
export function bringsBearer({ headers }: Pick<IncomingMessage, 'headers'>, token: string): boolean {
  const given = /^Bearer +(.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
  // Hashes are of one length, whatever was given.
  return token !== '' && timingSafeEqual(digest(given), digest(token));
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
