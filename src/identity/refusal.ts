// Why a token was refused: a message that its bearer may read, and the challenge of RFC 6750.
import { FederationError } from '../model/errors.ts';

/** Fixed sentences in the characters that RFC 6750 allows in error_description: none repeats any part of the token. */
const REASONS = {
  MALFORMED_HEADER: 'the Authorization header does not have the form: Bearer <token>',
  TOO_LARGE: 'the Authorization header is longer than this gateway reads',
  MALFORMED_TOKEN: 'the token is not a signed JSON Web Token',
  UNKNOWN_ISSUER: 'the token is from an issuer that this gateway does not know',
  WRONG_ALGORITHM: 'the token is signed with an algorithm that its issuer is not configured for',
  WRONG_TYPE: 'the token has a type (typ) that its issuer is not configured for',
  UNKNOWN_KEY: 'the token is signed with a key that its issuer does not publish',
  AMBIGUOUS_KEY: 'the token does not say (kid) which key of its issuer signed it',
  BAD_SIGNATURE: 'the signature of the token does not verify',
  WRONG_AUDIENCE: 'the token is meant for another audience than this gateway',
  EXPIRED: 'the token has expired',
  NOT_YET_VALID: 'the token is not valid yet',
  NO_LIFETIME: 'the token does not say when it was issued (iat) and when it ends (exp)',
  LIVES_TOO_LONG: 'the lifetime of the token is longer than this gateway accepts from its issuer',
  NO_SUBJECT: 'the token does not name its subject (sub), or the name is too long',
  TOO_MANY_CLAIMS: 'the token has more groups, affiliations, roles or assurances than this gateway reads',
  UNVERIFIABLE: 'the token could not be verified',
} as const;

/** The value of `extensions.reason` of an UNAUTHENTICATED error; stable, for programs. */
export type RefusalReason = keyof typeof REASONS;

/** The auth-params of RFC 6750 section 3. */
export interface Challenge {
  readonly error: 'invalid_token';
  readonly error_description: string;
}

const HINTS: Partial<Record<RefusalReason, string>> = {
  MALFORMED_HEADER: 'Send `Authorization: Bearer <token>`, or no such header to ask anonymously.',
  UNKNOWN_KEY: 'Get a new token: the issuer has withdrawn this key, or never had it.',
  EXPIRED: 'Get a new token from its issuer.',
  NOT_YET_VALID: 'Compare the clocks of the issuer and of the gateway.',
  WRONG_TYPE: 'Send an access token, not an ID token.',
  WRONG_AUDIENCE: 'Ask the issuer for an access token with this gateway as its audience.',
  LIVES_TOO_LONG: 'Ask the issuer for a token with a shorter lifetime.',
};

/**
 * An UNAUTHENTICATED error with `extensions.reason` and `extensions.challenge` (RFC 6750, section 3.1:
 * `invalid_token`). The cause, undefined by default, is only logged.
 */
export function refusal(reason: RefusalReason, cause?: unknown): FederationError {
  const challenge: Challenge = { error: 'invalid_token', error_description: REASONS[reason] };
  return new FederationError('UNAUTHENTICATED', REASONS[reason], {
    hint: HINTS[reason],
    cause,
    extensions: { reason, challenge },
  });
}

/**
 * The WWW-Authenticate header (RFC 6750, section 3) for an error of {@link refusal}; a bare challenge for any other
 * error.
 */
export function wwwAuthenticate(error: FederationError): string {
  const challenge = error.extensions?.challenge as Challenge | undefined;
  if (challenge === undefined) return 'Bearer realm="panfed"';
  return `Bearer realm="panfed", error="${challenge.error}", error_description="${challenge.error_description}"`;
}
