// Finds and fetches the keys that an issuer publishes (OpenID Connect Discovery 1.0), from the issuer's own origin
// only.
import type { IssuerConfig } from '../config/issuer.ts';
import type { Credential } from '../network/credential.ts';
import type { HttpClient } from '../network/http-client.ts';

/** Milliseconds for both requests together. */
const TIMEOUT = 5_000;
/** Bytes of each answer. */
const MAX_BYTES = 262_144;

/**
 * The issuer's JWK Set (RFC 7517), whose shape is not checked yet. The configuration's `jwks` is fetched directly;
 * otherwise the discovery document (OpenID Connect Discovery 1.0) must be the issuer's own and may only point to the
 * issuer's own origin, so that no document can move the root of trust to another host, or from https to http. The
 * credential (null: none) is sent for the keys alone. Rejects as {@link HttpClient.json} does, with SOURCE_TIMEOUT
 * after 5 s in all and SOURCE_TOO_LARGE for an answer of more than 256 KiB, and with an Error as {@link keysUrl} throws
 * it.
 */
export async function fetchKeySet(
  httpClient: HttpClient,
  issuer: Pick<IssuerConfig, 'url' | 'jwks'>,
  credential: Credential | null,
): Promise<unknown> {
  const signal = AbortSignal.timeout(TIMEOUT);
  const get = async (url: string, sent: Credential | null): Promise<unknown> =>
    (await httpClient.json({ purpose: 'issuerKeys', url, credential: sent, signal, maxBytes: MAX_BYTES }))
      .body;
  const url = issuer.jwks ?? keysUrl(issuer.url, await get(discoveryUrl(issuer.url), null));
  return get(url, credential);
}

/**
 * The URL of an issuer's discovery document, which is below the issuer's path (OpenID Connect Discovery 1.0, section
 * 4); a slash at the issuer's end is dropped, and nothing is checked.
 */
export function discoveryUrl(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}

/**
 * The `jwks_uri` of a discovery document (OpenID Connect Discovery 1.0, section 3), which is parsed JSON of unchecked
 * shape.
 * @throws Error where the document is another issuer's, has no valid `jwks_uri`, or points to another origin.
 */
export function keysUrl(issuer: string, document: unknown): string {
  const { issuer: stated, jwks_uri: keys } = (document ?? {}) as { issuer?: unknown; jwks_uri?: unknown };
  if (stated !== issuer) throw new Error(`the discovery document of ${issuer} is another issuer's`);
  if (typeof keys !== 'string' || !URL.canParse(keys))
    throw new Error('the discovery document has no jwks_uri');
  if (new URL(keys).origin !== new URL(issuer).origin) {
    throw new Error(
      `jwks_uri is at ${new URL(keys).origin}, another origin; if that is right, configure it as jwks`,
    );
  }
  return keys;
}
