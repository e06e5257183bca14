// The note of what was refused last, as those read it who have something better to do than to fail by it: it tells people
// something, and decides nothing.
import { FederationError } from '../../model/errors.ts';
import type { PolicyState, Refusal } from './state.ts';

export interface RefusalNote {
  /** null: nothing is refused, as far as is known. */
  readonly refusal: Refusal | null;
  /** Why the note is taken as absent; null: it can be read, or there is none. */
  readonly damage: FederationError | null;
}

/** Rejects with nothing that is wrong with the note itself. */
export async function readRefusal(state: Pick<PolicyState, 'refusal'>, owner: string): Promise<RefusalNote> {
  try {
    return { refusal: await state.refusal(owner), damage: null };
  } catch (error) {
    if (error instanceof FederationError) return { refusal: null, damage: error };
    throw error;
  }
}
