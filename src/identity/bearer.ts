// The Authorization header: RFC 6750's bearer scheme and no other.
import { refusal } from './refusal.ts';

const BEARER = /^bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;

/**
 * The token of an Authorization header's value (RFC 6750, section 2.1).
 * @throws FederationError UNAUTHENTICATED for a header of more than `maxBytes` bytes, another scheme, or anything but
 * one token.
 */
export function bearerToken(authorization: string, maxBytes: number): string {
  if (Buffer.byteLength(authorization) > maxBytes) throw refusal('TOO_LARGE');
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) throw refusal('MALFORMED_HEADER');
  return token;
}
