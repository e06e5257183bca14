// Whether a request brings the one bearer token of a server (RFC 6750).
import type { IncomingMessage } from 'node:http';
import { hashedSecret, isSecret } from './hashed-secret.ts';

/**
 * The token of an `Authorization` of scheme Bearer (RFC 6750, section 2.1); empty for any other, and for
 * none. Its characters are not checked.
 */
export const bearerTokenIn = (authorization = ''): string => /^Bearer +(.+)$/i.exec(authorization)?.[1] ?? '';

/**
 * Whether the request brings this token as its bearer token (RFC 6750, section 2.1), compared in constant time; false
 * also where the header is missing, or has another scheme, and for an empty `token`.
 */
export function bringsBearer({ headers }: Pick<IncomingMessage, 'headers'>, token: string): boolean {
  return token !== '' && isSecret(bearerTokenIn(headers.authorization), hashedSecret(token));
}
