// The interface of identity: a bearer token in, a Caller out; a bad token is UNAUTHENTICATED, never anonymous.
import type { Caller } from '../model/subject.ts';

export interface Identity {
  /**
   * The caller of an Authorization header's value; null is the anonymous caller. Rejects with UNAUTHENTICATED and a
   * reason that a client may read, or with ISSUER_UNAVAILABLE where the issuer's keys cannot be fetched, so that the
   * token can be neither accepted nor refused.
   */
  identify(authorization: string | null): Promise<Caller>;
}
