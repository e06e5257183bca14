// One registry's crawls on their way to the store and back. What the registry said is stored, never what ingest made of
// it: the rules of today apply when it is loaded. No failure of the store reaches those who wait for the registry.

import { FederationError } from '../model/errors.ts';
import type { ImageRecord } from '../model/image.ts';
import { preparing } from '../model/pace.ts';
import type { PackedNodes } from '../model/packed-nodes.ts';
import { unpack } from '../sources/parsed.ts';
import type { Source, SourcePage } from '../sources/source.ts';
import { partCount } from '../store/crawls/parts.ts';
import { writeTagged } from '../store/history/tagged-images.ts';
import type {
  CrawlFacts,
  CrawlStanding,
  CrawlStore,
  RegistryKey,
  StoredCrawl,
  TaggedImage,
} from '../store/store.ts';

/** Bytes of all crawls that wait for a slow store; a crawl that would go beyond them is not stored this time. */
const MAX_WAITING = 268_435_456;

/** How much waits for the store, of all registries. */
interface Waiting {
  bytes: number;
  readonly maxBytes: number;
}

/** A crawl from the store, page by page. */
export interface RecordedCrawl {
  readonly facts: CrawlFacts;
  /** Rejects with {@link SupersededError} (STORE_UNAVAILABLE), and as `read` of {@link CrawlStore} does. */
  pages(): AsyncGenerator<SourcePage>;
}

/** A crawl that is under way, to the store. */
export interface Recording {
  /** Has nodes stored behind those before; never throws, nor waits. What would exceed the bound gives the crawl up. */
  add(nodes: PackedNodes): void;
  /** Resolves with whether the crawl is stored; never rejects. */
  commit(facts: CrawlFacts, records: readonly ImageRecord[]): Promise<boolean>;
}

export interface Recorder {
  /**
   * The last complete crawl; null: there is none that can be used. Rejects as {@link CrawlStore} does but for STORE_INVALID:
   * with STORE_UNAVAILABLE where the store cannot be read now.
   */
  load(): Promise<RecordedCrawl | null>;
  /** A recording without nodes; what was begun before goes on. */
  begin(): Recording;
  /**
   * Stores that the registry was checked `at`, in milliseconds since the epoch, and has not changed since its crawl; resolves
   * with where that is. UNKNOWN: the store cannot be used now, or is at it still. Never rejects.
   */
  checked(facts: CrawlFacts, at: number): Promise<CrawlStanding | 'UNKNOWN'>;
}

/** What {@link RecordedCrawl} fails with where another gateway stored a later crawl meanwhile. */
export class SupersededError extends FederationError {
  /** A STORE_UNAVAILABLE. */
  constructor() {
    super('STORE_UNAVAILABLE', 'Another gateway stored a later crawl while this one was read.');
  }
}

/**
 * A function that gives the recorder of a source; null: the source is not stored. All crawls that wait for the store
 * share `maxBytes` bytes of nodes, 256 MiB by default; one that would exceed it is not stored this time, nor is one that the
 * store fails to write: `commit` resolves with false then.
 */
export function createRecorders(
  store: CrawlStore,
  { maxBytes = MAX_WAITING } = {},
): (source: Source) => Recorder | null {
  const waiting: Waiting = { bytes: 0, maxBytes };
  return (source) => recorderOf(source, store, waiting);
}

/** The key under which the crawls of a source are stored; null: they are not. */
export function storedKeyOf({ facility, registry, kind, stored }: Source): RegistryKey | null {
  return stored === undefined ? null : { facility, registry, kind, ...stored };
}

function recorderOf(source: Source, store: CrawlStore, waiting: Waiting): Recorder | null {
  const key = storedKeyOf(source);
  if (key === null) return null;
  let isChecking = false;
  return {
    async load() {
      const crawl = await store.find(key).catch((error: unknown) => {
        if (isInvalid(error)) return null;
        throw error;
      });
      return crawl === null ? null : { facts: crawl, pages: () => pagesOf(store, key, crawl) };
    },
    begin: () => record(store, key, waiting),
    async checked(facts, at) {
      // A slow store would get one more with each check of the registry.
      if (isChecking) return 'UNKNOWN';
      isChecking = true;
      try {
        return await store.check(key, facts, at);
      } catch (error) {
        return isInvalid(error) ? 'LACKING' : 'UNKNOWN';
      } finally {
        isChecking = false;
      }
    },
  };
}

const isInvalid = (error: unknown): boolean =>
  error instanceof FederationError && error.code === 'STORE_INVALID';

/** The next part is on its way while one is ingested. */
async function* pagesOf(store: CrawlStore, key: RegistryKey, crawl: StoredCrawl): AsyncGenerator<SourcePage> {
  const parts = partCount(crawl);
  // A registry without images has its generation, too.
  if (parts === 0) yield { nodes: [], generation: crawl.generation };
  let next = parts === 0 ? null : store.read(key, crawl, 0);
  for (let part = 0; next !== null; part += 1) {
    const packed = await next;
    if (packed === null) throw new SupersededError();
    next = part + 1 < parts ? store.read(key, crawl, part + 1) : null;
    // It may fail before it is awaited.
    next?.catch(() => undefined);
    yield { nodes: await unpack(packed), generation: crawl.generation };
  }
}

/** A crawl that is given up holds none of its pages: those who crawl again would each hold a catalog. */
function record(store: CrawlStore, key: RegistryKey, waiting: Waiting): Recording {
  const hashes: Uint8Array[] = [];
  let pages: PackedNodes[] = [];
  let isGivenUp = false;
  let stored: Promise<void> = Promise.resolve();

  function giveUp(): void {
    isGivenUp = true;
    for (const { json } of pages) waiting.bytes -= json.byteLength;
    pages = [];
  }

  async function storeNext(): Promise<void> {
    const nodes = pages.shift();
    if (nodes === undefined) return;
    const bytes = nodes.json.byteLength;
    await store
      .append(key, nodes)
      .then((some) => hashes.push(some), giveUp)
      .finally(() => {
        waiting.bytes -= bytes;
      });
  }

  return {
    add(nodes) {
      if (isGivenUp) return;
      if (waiting.bytes + nodes.json.byteLength > waiting.maxBytes) {
        giveUp();
        return;
      }
      waiting.bytes += nodes.json.byteLength;
      pages.push(nodes);
      stored = stored.then(storeNext);
    },
    async commit(facts, records) {
      if (!isGivenUp) await stored;
      if (isGivenUp) return false;
      const images = await writeTagged(taggedOf(records), preparing);
      return store.commit(key, facts, Buffer.concat(hashes), images).then(
        () => true,
        () => false,
      );
    },
  };
}

/** Valid records; one without a digest has no tag that could move. */
function* taggedOf(records: readonly ImageRecord[]): Generator<TaggedImage> {
  for (const { repository, tags, digest } of records) {
    if (digest !== null) yield { repository, tags, digest };
  }
}
