// What crawls know of registries before they ask, in memory and in the store: documents by digest, and referrers of images.
import type { FacilityConfig } from '../config/facility.ts';
import type { Clock } from '../model/clock.ts';
import type { KnownDocuments } from '../sources/oci/known-documents.ts';
import type { KnownReferrers } from '../sources/oci/referrers/known-referrers.ts';
import type { Store } from '../store/store.ts';
import { crawledKeys } from './crawled-keys.ts';
import { createStoredDocuments } from './stored-documents.ts';
import { createStoredReferrers } from './stored-referrers.ts';

export interface Known {
  readonly documents: KnownDocuments;
  readonly referrers: KnownReferrers;
  /** Resolves when all of it is written, or was given up; never rejects. */
  close(): Promise<void>;
}

export interface KnownOptions {
  /** null: it is kept in memory alone. */
  readonly store: Pick<Store, 'documents' | 'state'> | null;
  readonly facilities: readonly Pick<FacilityConfig, 'id' | 'registries'>[];
  readonly clock: Clock;
}

/**
 * The documents of {@link createStoredDocuments} and the referrers of {@link createStoredReferrers}, of all crawled registries
 * of federation.yaml; of others, and without a store, they are in memory alone. None of its methods rejects for the store.
 */
export function createKnown({ store, facilities, clock }: KnownOptions): Known {
  const keyOf = crawledKeys(facilities);
  const documents = createStoredDocuments({ store: store?.documents, keyOf, clock });
  const referrers = createStoredReferrers({ store: store?.state, keyOf, clock });
  return {
    documents,
    referrers,
    close: async () => void (await Promise.all([documents.close(), referrers.close()])),
  };
}
