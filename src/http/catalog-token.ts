// The token that a request gives for a data catalog: never one that this gateway accepts itself, for a catalog could use it here.
import type { Limits } from '../config/limits.ts';
import { BearerToken } from '../data-catalogs/bearer-token.ts';
import type { Identity } from '../identity/identity.ts';
import { CATALOG_TOKEN_HEADER } from '../model/data-set.ts';
import { FederationError } from '../model/errors.ts';

/**
 * The token of the header's value; null for null. Rejects as {@link BearerToken.read} does, with BAD_REQUEST for a token that `identity`
 * accepts, and with ISSUER_UNAVAILABLE where it can neither accept nor refuse it.
 */
export async function catalogTokenOf(
  value: string | null,
  identity: Identity,
  { tokenBytes }: Pick<Limits, 'tokenBytes'>,
): Promise<BearerToken | null> {
  if (value === null) return null;
  const token = BearerToken.read(value, tokenBytes);
  if (!(await accepts(identity, value.trim()))) return token;
  throw new FederationError(
    'BAD_REQUEST',
    `The token of the header ${CATALOG_TOKEN_HEADER} is one for this gateway, which no data catalog is sent.`,
    { hint: 'Send one that the data catalog issued, or leave the header out.' },
  );
}

async function accepts(identity: Identity, authorization: string): Promise<boolean> {
  try {
    await identity.identify(authorization);
    return true;
  } catch (error) {
    if (error instanceof FederationError && error.code === 'UNAUTHENTICATED') return false;
    throw error;
  }
}
