// The state of labs' policies in memory, for a demo, which has no secret to sign records with.
import { FederationError } from '../../../model/errors.ts';
import { compareVersions, type KeptRecord, type PolicyState, type Refusal } from './state.ts';

/**
 * A state that ends with the process; one record, bundle and refusal for each owner. `bundle` rejects with
 * POLICY_STATE_INVALID for a record that is no longer the latest, `keep` with POLICY_REPLAYED as {@link
 * compareVersions}.
 */
export function memoryState(): PolicyState {
  const kept = new Map<string, { readonly record: KeptRecord; readonly bundle: Uint8Array }>();
  const refusals = new Map<string, Refusal>();
  return {
    place: 'memory',
    latest: async (owner) => kept.get(owner)?.record ?? null,
    async bundle({ owner, bundle }) {
      const found = kept.get(owner);
      if (found?.record.bundle === bundle) return found.bundle;
      throw new FederationError('POLICY_STATE_INVALID', 'the bundle is no longer the latest one');
    },
    async keep(record, bundle) {
      compareVersions(record, kept.get(record.owner)?.record ?? null);
      kept.set(record.owner, { record, bundle });
    },
    refusal: async (owner) => refusals.get(owner) ?? null,
    async refuse(owner, refusal) {
      if (refusal === null) refusals.delete(owner);
      else refusals.set(owner, refusal);
    },
  };
}
