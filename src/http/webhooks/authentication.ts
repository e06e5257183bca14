// Whether a notification brings its registry's secret, in any of the ways in which registries can be made to send one.
import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { bearerTokenIn } from '../bearer-secret.ts';
import { type HashedSecret, hashedSecret, isSecret } from '../hashed-secret.ts';

/** Compared with where there is no secret, so that time does not say so. Nobody has it. */
const NOBODYS = hashedSecret(randomBytes(32).toString('hex'));

/**
 * Whether one of the places has the secret, compared in constant time: `Authorization` (as Bearer by RFC 6750, as the password
 * of Basic by RFC 7617, or as it is), `X-Gitlab-Token`, and the end of the path (null: it has none), for Docker Hub and Quay,
 * which send no header. Always false for a `secret` that is null. Never throws, whatever the headers have.
 */
export function bringsSecret(
  headers: IncomingHttpHeaders,
  inPath: string | null,
  secret: HashedSecret | null,
): boolean {
  const given = [...inAuthorization(headers.authorization ?? ''), headers['x-gitlab-token'], inPath];
  // Each is compared, so that time does not say which one it was.
  const equal = given.map((text) => isSecret(String(text ?? ''), secret ?? NOBODYS));
  return secret !== null && equal.includes(true);
}

/** RFC 6750 and RFC 7617; Harbor sends the header as it was typed. */
function inAuthorization(header: string): readonly string[] {
  const [, credentials] = /^Basic +(.*)$/i.exec(header) ?? [];
  const [, password = ''] = /^[^:]*:(.*)$/s.exec(decoded(credentials ?? '')) ?? [];
  return [header, bearerTokenIn(header), password];
}

const decoded = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');
