// Verifies one token against its issuer's configuration: RFC 7519, 8725 (best practices) and 9068 (access tokens).
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { IssuerConfig } from '../config/issuer.ts';
import { FederationError } from '../model/errors.ts';
import { type RefusalReason, refusal } from './refusal.ts';

/** The claims of a token that has been verified. */
export interface VerifiedClaims extends JWTPayload {
  readonly sub: string;
  /** Seconds since the epoch. */
  readonly exp: number;
}

/** Characters of a subject. */
const MAX_SUBJECT = 512;

/**
 * The claims of a token (JWT, RFC 7519) whose signature, issuer, audience, type, times and subject (1 to 512
 * characters) are valid for its issuer; times may differ by its `clockSkew` seconds, and it lives for `maxLifetime`
 * seconds at most. Rejects with UNAUTHENTICATED and the reason, or with ISSUER_UNAVAILABLE as `keys` does.
 * @param now milliseconds since the epoch
 */
export async function verifyToken(
  token: string,
  issuer: IssuerConfig,
  keys: JWTVerifyGetKey,
  now: number,
): Promise<VerifiedClaims> {
  const { payload, protectedHeader } = await jwtVerify(token, keys, {
    issuer: issuer.url,
    audience: issuer.audience,
    algorithms: issuer.algorithms,
    clockTolerance: issuer.clockSkew,
    currentDate: new Date(now),
  }).catch((error: unknown) => {
    throw error instanceof FederationError ? error : refusal(reasonOf(error), error);
  });
  if (!issuer.typ.some((typ) => mediaType(typ) === mediaType(protectedHeader.typ)))
    throw refusal('WRONG_TYPE');
  assertLifetime(payload, issuer, now);
  if (typeof payload.sub !== 'string' || payload.sub === '' || payload.sub.length > MAX_SUBJECT) {
    throw refusal('NO_SUBJECT');
  }
  return payload as VerifiedClaims;
}

/** Checks the whole lifetime and not the age, so that a token that is valid for years is refused on its first day. */
function assertLifetime({ iat, exp }: JWTPayload, issuer: IssuerConfig, now: number): void {
  if (typeof iat !== 'number' || typeof exp !== 'number') throw refusal('NO_LIFETIME');
  if (iat > now / 1_000 + issuer.clockSkew) throw refusal('NOT_YET_VALID');
  // JSON can hold numbers that become infinite or NaN here: only a lifetime that is surely short enough is accepted.
  if (!(exp - iat <= issuer.maxLifetime)) throw refusal('LIVES_TOO_LONG');
}

/** RFC 7515, section 4.1.9: the case does not matter, and `application/` may be left out. */
function mediaType(typ: unknown): string | null {
  if (typeof typ !== 'string') return null;
  const lower = typ.toLowerCase();
  return lower.includes('/') ? lower : `application/${lower}`;
}

function reasonOf(error: unknown): RefusalReason {
  if (error instanceof errors.JWTExpired) return 'EXPIRED';
  if (error instanceof errors.JWTClaimValidationFailed) return claimReason(error.claim);
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'BAD_SIGNATURE';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'WRONG_ALGORITHM';
  if (error instanceof errors.JWKSNoMatchingKey) return 'UNKNOWN_KEY';
  if (error instanceof errors.JWKSMultipleMatchingKeys) return 'AMBIGUOUS_KEY';
  if (error instanceof errors.JWTInvalid || error instanceof errors.JWSInvalid) return 'MALFORMED_TOKEN';
  return 'UNVERIFIABLE';
}

function claimReason(claim: string): RefusalReason {
  switch (claim) {
    case 'aud':
      return 'WRONG_AUDIENCE';
    case 'iss':
      return 'UNKNOWN_ISSUER';
    case 'nbf':
      return 'NOT_YET_VALID';
    case 'exp':
    case 'iat':
      return 'NO_LIFETIME';
    default:
      return 'UNVERIFIABLE';
  }
}
