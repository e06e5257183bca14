// What identity gives to the rest: a bearer token in, a Caller out; a bad token is UNAUTHENTICATED, never anonymous.
import type { Caller } from '../model/subject.ts';

export interface Identity {
  /** The value of an Authorization header, or null. Rejects with UNAUTHENTICATED and a reason that a client may read. */
  identify(authorization: string | null): Promise<Caller>;
}
