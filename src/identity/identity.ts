// What identity gives to the rest: a bearer token in, a Caller out; a bad token is UNAUTHENTICATED, never anonymous.
import type { Caller } from '../model/subject.ts';

export interface Identity {
  /**
   * The value of an Authorization header, or null. Rejects with UNAUTHENTICATED and a reason that a client may read, or
   * with ISSUER_UNAVAILABLE where the issuer's keys cannot be had, so that nobody can say whether the token is good.
   */
  identify(authorization: string | null): Promise<Caller>;
}
