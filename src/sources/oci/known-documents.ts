// Manifests, indexes and configurations that a repository served: they are not asked for again, since what has a digest
// does not change.
import { LRUCache } from 'lru-cache';
import { hasDigest } from '../../model/digest.ts';

/**
 * Which document: a document serves the repository alone that served its bytes itself. By the digest alone a hostile lab
 * could tag another lab's digest and be given its hidden labels.
 */
export interface DocumentKey {
  readonly facility: string;
  readonly registry: string;
  readonly repository: string;
  readonly digest: string;
}

/** What reads a document: each crawl, or once in a process, so that it needs no room in memory, where it drives out others. */
export type DocumentUse = 'EACH_CRAWL' | 'ONCE';

/**
 * What is known by digest; an implementation may forget anything at any time. Where one of its methods
 * rejects, nothing is known, or kept.
 */
export interface KnownDocuments {
  /** The bytes, compared with the digest; null where they are not known. `use`: as of `put`, which it may do on the way. */
  get(key: DocumentKey, use?: DocumentUse): Promise<Uint8Array | null>;
  /** Keeps bytes that this repository served and that have this digest. `use`: {@link DocumentUse}, EACH_CRAWL unless said. */
  put(key: DocumentKey, bytes: Uint8Array, use?: DocumentUse): Promise<void>;
}

/** Bytes of documents in memory, of all registries together, unless said. */
const MAX_BYTES = 67_108_864;

/** What a document takes beside its bytes. */
const OVERHEAD = 512;

/**
 * Documents in memory, of at most `maxBytes` together (64 MiB unless said), where each counts 512 bytes and its name more than
 * it has. Beyond them the registry that has most forgets what it did not use for longest, so that none drives out what
 * others have; and each is forgotten after `ttl` milliseconds, unless that is 0 as where it is not said. Never rejects.
 */
export function documentsInMemory({ maxBytes = MAX_BYTES, ttl = 0 } = {}): KnownDocuments {
  const registries = new Map<string, LRUCache<string, Uint8Array>>();

  function keptOf({ facility, registry }: DocumentKey): LRUCache<string, Uint8Array> {
    const name = `${facility} ${registry}`;
    const kept =
      registries.get(name) ??
      new LRUCache<string, Uint8Array>({
        maxSize: maxBytes,
        ttl,
        sizeCalculation: (bytes, name) => bytes.length + name.length + OVERHEAD,
      });
    registries.set(name, kept);
    return kept;
  }

  function forgetBeyond(): void {
    const all = [...registries.values()];
    let bytes = all.reduce((sum, { calculatedSize }) => sum + calculatedSize, 0);
    while (bytes > maxBytes) {
      const largest = all.reduce((one, other) => (other.calculatedSize > one.calculatedSize ? other : one));
      const before = largest.calculatedSize;
      largest.pop();
      bytes -= before - largest.calculatedSize;
    }
  }

  return {
    async get(key) {
      const kept = keptOf(key);
      const name = nameOf(key);
      const bytes = kept.get(name);
      if (bytes === undefined || hasDigest(bytes, key.digest)) return bytes ?? null;
      kept.delete(name);
      return null;
    },
    async put(key, bytes, use = 'EACH_CRAWL') {
      if (use === 'ONCE') return;
      // A copy: the bytes may be a small part of a large buffer.
      keptOf(key).set(nameOf(key), Uint8Array.from(bytes));
      forgetBeyond();
    },
  };
}

/** No part of a key has a blank. */
const nameOf = ({ facility, registry, repository, digest }: DocumentKey): string =>
  `${facility} ${registry} ${repository} ${digest}`;
