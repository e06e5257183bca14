// Reads the note of the last refusal for callers that must not fail because of it: the note informs people and decides
// nothing.
import { FederationError } from '../../../model/errors.ts';
import type { PolicyState, Refusal } from './state.ts';

export interface RefusalNote {
  /** null: no refusal is known. */
  readonly refusal: Refusal | null;
  /** Why the note cannot be read; null: it can, or there is none. */
  readonly damage: FederationError | null;
}

/**
 * The owner's note: `refusal`, null where there is none. Never rejects because of the note itself: a
 * POLICY_STATE_INVALID is in `damage`, null otherwise. Errors that are no FederationError are passed on.
 */
export async function readRefusal(state: Pick<PolicyState, 'refusal'>, owner: string): Promise<RefusalNote> {
  try {
    return { refusal: await state.refusal(owner), damage: null };
  } catch (error) {
    if (error instanceof FederationError) return { refusal: null, damage: error };
    throw error;
  }
}
