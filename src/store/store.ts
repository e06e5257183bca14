// What outlives the process, as its users see it: small interfaces, without a word of SQL. All times are milliseconds
// since the epoch. Every method rejects with STORE_UNAVAILABLE where the store cannot be read or written now.
import type { PackedNodes } from '../model/packed-nodes.ts';

/** Which registry, and how it was read: what was stored for another address or mapping is not used. */
export interface RegistryKey {
  readonly facility: string;
  readonly registry: string;
  readonly kind: string;
  /** Where the registry is. */
  readonly address: string;
  /** Version of the mapping by which the source makes nodes of what the registry says. */
  readonly mapping: number;
}

/** A complete crawl in the store. */
export interface StoredCrawl {
  /** null: the registry has none. */
  readonly generation: string | null;
  readonly crawledAt: number;
  readonly checkedAt: number;
  /** Duplicates and malformed ones included. */
  readonly nodes: number;
  /** SHA-256 of the hashes of each part's nodes, one behind the other: 32 bytes a part. */
  readonly parts: Uint8Array;
}

/** What one crawl said of itself. */
export interface CrawlFacts {
  readonly generation: string | null;
  readonly crawledAt: number;
  readonly checkedAt: number;
}

/** How a registry was read, beside its name. */
export type RegistryPlace = Pick<RegistryKey, 'kind' | 'address' | 'mapping'>;

/** Whether the store has a crawl; or as what it has the registry in its place. */
export type CrawlStanding = 'STORED' | 'LACKING' | RegistryPlace;

/** An image of a crawl that its digest names. */
export interface TaggedImage {
  readonly repository: string;
  readonly digest: string;
  /** Those that point to it; often none. */
  readonly tags: readonly string[];
}

/** The last complete crawl of each registry. */
export interface CrawlStore {
  /** null: there is none for this key. Rejects with STORE_INVALID where it is not what was written. */
  find(key: RegistryKey): Promise<StoredCrawl | null>;
  /**
   * The nodes of one part, by its position; null: the crawl is the last one no more. Rejects with STORE_INVALID where they
   * are not what was written.
   */
  read(key: RegistryKey, crawl: StoredCrawl, part: number): Promise<PackedNodes | null>;
  /** Stores nodes of a crawl that is under way; gives their hashes, 32 bytes each. Nothing shows them before `commit`. */
  append(key: RegistryKey, batch: PackedNodes): Promise<Uint8Array>;
  /**
   * Makes a crawl the last complete one, at once and as a whole; `hashes` are those of all its nodes in its order,
   * `images` all that ingest made of them and that have a digest, as `writeTagged` gives them. Where another gateway has
   * stored a later crawl for this key, nothing is written. Rejects with
   * STORE_UNAVAILABLE where another gateway removed a node meanwhile: the crawl is then to be stored again.
   */
  commit(key: RegistryKey, facts: CrawlFacts, hashes: Uint8Array, images: string): Promise<void>;
  /**
   * Stores that the registry was checked and had not changed since a crawl, where there is that crawl or a later one of
   * the same generation. Rejects with STORE_INVALID where it is not what was written.
   */
  check(key: RegistryKey, crawl: CrawlFacts, checkedAt: number): Promise<CrawlStanding>;
}

/** What was fetched by its digest, `sha256:<64 hex>` or `sha512:<128 hex>`. */
export interface StoredDocument {
  readonly digest: string;
  readonly bytes: Uint8Array;
}

/**
 * Documents by the registry, with its address, the repository that served them, and their digest: one that served no such
 * document has none, whatever others served.
 */
export interface DocumentStore {
  /**
   * Those of the digests that are at hand, in no order, of at most 64 MiB together. What was changed, or was not written by
   * a gateway with this secret, is not there, and is removed.
   */
  read(key: RegistryKey, repository: string, digests: readonly string[]): Promise<readonly StoredDocument[]>;
  /**
   * Keeps what the repository served, all of it or nothing. Where the registry has more than it may have then, those of its
   * documents that were named longest ago are removed first; what is larger by itself is not kept. Rejects with
   * STORE_INVALID where bytes have another digest, or are more than 64 MiB.
   */
  write(key: RegistryKey, repository: string, documents: readonly StoredDocument[]): Promise<void>;
  /** Removes those that nothing has read or written since a time; gives how many. */
  prune(before: number): Promise<number>;
}

/** A JSON value with its name. */
export interface StateEntry {
  readonly key: string;
  readonly value: unknown;
}

/** JSON values that decide about trust or policy, by name; each with its MAC. */
export interface StateStore {
  /** Those that are there, in no order, without what is not as it was written. */
  read(keys: readonly string[]): Promise<readonly StateEntry[]>;
  /**
   * All of them or none; each key at most once. Resolves when they are on the disk. Rejects with STORE_INVALID where a value
   * has more than 1 MiB as JSON. With a registry they are its own, and gone with it: of these it may have so many, and those
   * that were written longest ago are removed first; what is larger by itself is not kept.
   */
  write(entries: readonly StateEntry[], registry?: RegistryKey): Promise<void>;
  /** Up to `limit` keys behind `after` that begin with `prefix`, sorted as the engine compares text. */
  keys(prefix: string, page: { readonly after: string; readonly limit: number }): Promise<readonly string[]>;
  /** Removes those of the keys that are there. `registry`: whose they are, as it was at `write`. */
  remove(keys: readonly string[], registry?: RegistryKey): Promise<void>;
}

/** One time in which a tag pointed to one image. */
export interface TagSpan {
  readonly digest: string;
  /** Milliseconds since the epoch, as is `until`. */
  readonly since: number;
  /** null: it does so still. */
  readonly until: number | null;
}

export interface NamedTagSpan extends TagSpan {
  readonly tag: string;
}

/** Where tags pointed, from when to when. */
export interface TagHistory {
  /**
   * The spans of some tags of a repository that are of `digests`, in no order; null: of all, and gives null where these
   * are too many to be read at once. Those of different digests overlap where a registry gave a tag to several at once,
   * and those of one where the clock was set back. Each digest has what it would have if the tag had pointed to no other.
   */
  tags(
    key: Pick<RegistryKey, 'facility' | 'registry'>,
    repository: string,
    tags: readonly string[],
    digests: readonly string[] | null,
  ): Promise<readonly NamedTagSpan[] | null>;
}

export interface StoreInfo {
  readonly engine: 'sqlite' | 'postgres';
  /** Version of the schema; 0: it has none yet. */
  readonly schema: number;
  /** Bytes on the disk. */
  readonly bytes: number;
  readonly documents: number;
  readonly tags: number;
  readonly registries: readonly {
    readonly facility: string;
    readonly registry: string;
    readonly nodes: number;
    readonly generation: string | null;
    readonly crawledAt: number;
    readonly checkedAt: number;
  }[];
}

/** A whole store. Each method, of its parts too, rejects with STORE_UNAVAILABLE where it cannot be read or written now. */
export interface Store {
  readonly crawls: CrawlStore;
  readonly documents: DocumentStore;
  readonly state: StateStore;
  readonly history: TagHistory;
  /** What it has. */
  info(): Promise<StoreInfo>;
  /** Bytes on the disk. */
  size(): Promise<number>;
  /** Resolves when what is under way has ended; nothing may be asked of it any more. */
  close(): Promise<void>;
}
