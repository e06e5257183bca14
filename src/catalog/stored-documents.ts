// What registries served by digest, in memory and behind that in the store: read and written some at a time, since each
// call of the store takes its turn behind all others. A store that cannot be used costs no more than asking again.
import type { Clock } from '../model/clock.ts';
import {
  type DocumentKey,
  type DocumentUse,
  documentsInMemory,
  type KnownDocuments,
} from '../sources/oci/known-documents.ts';
import type { DocumentStore, RegistryKey, StoredDocument } from '../store/store.ts';
import type { CrawledKeyOf } from './crawled-keys.ts';

/** Milliseconds after which the store is asked again for what is in memory, which counts as use. */
const MEMORY_MS = 86_400_000;
/** Milliseconds after which a document that nothing named is removed from the store. */
const UNUSED_MS = 30 * 86_400_000;
/** Documents of one repository that are written together, at most. */
const TOGETHER = 128;
/** Bytes of all documents that wait for a slow store; what is beyond them is asked for again one day. */
const MAX_WAITING = 67_108_864;

export interface StoredDocumentsOptions {
  /** undefined: they are kept in memory alone. */
  readonly store: DocumentStore | undefined;
  readonly keyOf: CrawledKeyOf;
  readonly clock: Clock;
}

export interface StoredDocuments extends KnownDocuments {
  /** Resolves when what was put is written, or was given up; never rejects. */
  close(): Promise<void>;
}

/** Documents of a repository that wait to be written. */
interface Batch {
  readonly key: RegistryKey;
  readonly repository: string;
  readonly documents: StoredDocument[];
}

interface Question {
  readonly digest: string;
  readonly use: DocumentUse;
  readonly resolve: (bytes: Uint8Array | null) => void;
}

/**
 * Documents that outlive the process: in memory for a day, in the store until nothing named them for 30 days. `get` gives
 * null where the store cannot be read now; `put` does not wait for the store, which gets what comes within 100 ms together,
 * and has in memory alone what is beyond 64 MiB of waiting documents. None of its methods rejects for the store.
 */
export function createStoredDocuments({ store, keyOf, clock }: StoredDocumentsOptions): StoredDocuments {
  const memory = documentsInMemory({ ttl: MEMORY_MS });
  if (store === undefined) return { ...memory, close: async () => {} };
  const documents = store;
  /** By repository, what is asked in this turn of the event loop. */
  const asked = new Map<string, Question[]>();
  const batches = new Map<string, Batch>();
  let waiting = 0;
  let writing: Promise<void> = Promise.resolve();
  let prunedAt = Number.NEGATIVE_INFINITY;

  /** Once a day, when something is used: an image that is gone leaves its documents behind. */
  function prune(): void {
    if (clock.monotonic() - prunedAt < MEMORY_MS) return;
    prunedAt = clock.monotonic();
    documents.prune(clock.wall() - UNUSED_MS).catch(() => undefined);
  }

  async function readTogether(key: RegistryKey, name: DocumentKey): Promise<void> {
    const place = placeOf(name);
    const questions = asked.get(place) ?? [];
    asked.delete(place);
    const digests = questions.map(({ digest }) => digest);
    const found = await documents.read(key, name.repository, digests).catch(() => []);
    const byDigest = new Map(found.map(({ digest, bytes }) => [digest, bytes]));
    for (const { digest, use, resolve } of questions) {
      const bytes = byDigest.get(digest) ?? null;
      if (bytes !== null) await memory.put({ ...name, digest }, bytes, use);
      resolve(bytes);
    }
  }

  function write(place: string): void {
    const batch = batches.get(place);
    if (batch === undefined) return;
    batches.delete(place);
    const bytes = sizeOf(batch.documents);
    writing = writing
      .then(() => documents.write(batch.key, batch.repository, batch.documents))
      .catch(() => undefined)
      .finally(() => {
        waiting -= bytes;
      });
  }

  return {
    async get(name, use = 'EACH_CRAWL') {
      prune();
      const kept = await memory.get(name);
      if (kept !== null) return kept;
      const key = keyOf(name.facility, name.registry);
      if (key === null) return null;
      return new Promise((resolve) => {
        const place = placeOf(name);
        const questions = asked.get(place);
        if (questions !== undefined) {
          questions.push({ digest: name.digest, use, resolve });
          return;
        }
        asked.set(place, [{ digest: name.digest, use, resolve }]);
        setImmediate(() => void readTogether(key, name));
      });
    },

    async put(name, given, use) {
      // A copy: the bytes may be a small part of a large buffer.
      const bytes = Uint8Array.from(given);
      await memory.put(name, bytes, use);
      const key = keyOf(name.facility, name.registry);
      if (key === null || waiting + bytes.length > MAX_WAITING) return;
      waiting += bytes.length;
      const place = placeOf(name);
      const batch = batches.get(place);
      if (batch === undefined) {
        batches.set(place, { key, repository: name.repository, documents: [{ digest: name.digest, bytes }] });
        clock.after(GATHERING_MS, () => write(place));
        return;
      }
      batch.documents.push({ digest: name.digest, bytes });
      if (batch.documents.length >= TOGETHER) write(place);
    },

    async close() {
      for (const place of [...batches.keys()]) write(place);
      await writing;
    },
  };
}

/** Milliseconds in which documents of a repository are gathered for one write. */
const GATHERING_MS = 100;

const sizeOf = (documents: readonly StoredDocument[]): number =>
  documents.reduce((sum, { bytes }) => sum + bytes.length, 0);

/** No part of a key has a blank. */
const placeOf = ({ facility, registry, repository }: DocumentKey): string =>
  `${facility} ${registry} ${repository}`;
