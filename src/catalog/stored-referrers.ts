// What referred to images when their registries were last asked, in memory and behind that in the store, so that a restart
// neither asks a registry for all of it again nor forgets what was claimed. A store that cannot be used costs no more than
// asking again.
import { z } from 'zod';
import type { Clock } from '../model/clock.ts';
import { isDigest } from '../model/digest.ts';
import { paced, preparing } from '../model/pace.ts';
import { MANIFEST_KINDS } from '../sources/oci/classify.ts';
import {
  type KnownReferrers,
  type ReadingProgress,
  type ReferrerList,
  type ReferrerLists,
  type RepositoryKey,
  referrersInMemory,
} from '../sources/oci/referrers/known-referrers.ts';
import type { RegistryKey, StateEntry, StateStore } from '../store/store.ts';
import type { CrawledKeyOf } from './crawled-keys.ts';

export interface StoredReferrersOptions {
  /** undefined: they are kept in memory alone. */
  readonly store: StateStore | undefined;
  readonly keyOf: CrawledKeyOf;
  readonly clock: Clock;
}

export interface StoredReferrers extends KnownReferrers {
  /** Resolves when what was written is in the store, or was given up; never rejects. */
  close(): Promise<void>;
}

/** Milliseconds in which repositories are gathered for one read, and for one write. */
const GATHERING_MS = 1_000;
/** Repositories that are read, written or removed together, at most. */
const TOGETHER = 256;
/** Repositories that wait for a slow store; what is beyond them is asked for again one day. */
const MAX_WAITING = 100_000;

/** How the names of repositories begin in the store. */
const PREFIX = 'referrers ';

const digestSchema = z.string().refine(isDigest);

/**
 * Images in the store: `[digest, askedAt, tags, [[digest, kind], …], byApi, doubtedSince, progress]` of each, where the
 * progress is null or `[held, after, read]`.
 */
const storedSchema = z.array(
  z.tuple([
    digestSchema,
    z.number().int().nonnegative(),
    z.array(z.string()),
    z.array(z.tuple([digestSchema, z.enum(MANIFEST_KINDS)])),
    z.boolean(),
    z.number().int().nonnegative().nullable(),
    z.tuple([z.array(digestSchema), z.string(), z.array(z.string())]).nullable(),
  ]),
);

type StoredImage = z.infer<typeof storedSchema>[number];

/** Characters of one text of {@link storedSchema}, about: it is read in one turn of the event loop. */
const TEXT_LENGTH = 16_384;

/** What is written of a repository, under its name in the store. */
interface Written {
  readonly key: string;
  readonly lists: ReferrerLists;
}

/**
 * Lists that outlive the process. None of its methods but `close` waits for a write, and none rejects for the store; a
 * repository whose lists have more than 1 MiB as JSON, those of some 10,000 images, is kept in memory alone, and so are those
 * that the store removed for later ones of the same registry. What is written within a second is written together.
 */
export function createStoredReferrers({ store, keyOf, clock }: StoredReferrersOptions): StoredReferrers {
  const memory = referrersInMemory();
  if (store === undefined) return { ...memory, close: async () => {} };
  const state = store;
  /** No part has a blank. What another address of the registry said is under another name. */
  const nameOf = ({ facility, registry, repository }: RepositoryKey): string => {
    const key = keyOf(facility, registry);
    return `${PREFIX}${facility} ${registry} ${key?.kind} ${key?.address} ${repository}`;
  };
  /** Repositories that were read from the store, or written since: it is not asked for them again. */
  const isRead = new Set<string>();
  let asked: { readonly key: string; readonly resolve: (value: unknown) => void }[] = [];
  const waiting = new Map<string, Written & { readonly registry: RegistryKey }>();
  let working: Promise<void> = Promise.resolve();
  let callOff: (() => void) | null = null;

  async function readTogether(): Promise<void> {
    const questions = asked;
    asked = [];
    for (let start = 0; start < questions.length; start += TOGETHER) {
      const some = questions.slice(start, start + TOGETHER);
      const entries = await state.read(some.map(({ key }) => key)).catch(() => []);
      const byKey = new Map(entries.map(({ key, value }) => [key, value]));
      for (const { key, resolve } of some) resolve(byKey.get(key));
    }
  }

  function fromStore(key: string): Promise<unknown> {
    return new Promise((resolve) => {
      if (asked.push({ key, resolve }) === 1) setImmediate(() => void readTogether());
    });
  }

  function write(): void {
    callOff?.();
    callOff = null;
    const byRegistry = new Map<RegistryKey, Written[]>();
    for (const { registry, ...written } of waiting.values()) {
      const all = byRegistry.get(registry) ?? [];
      byRegistry.set(registry, all);
      all.push(written);
    }
    waiting.clear();
    for (const [registry, all] of byRegistry) {
      for (let start = 0; start < all.length; start += TOGETHER) {
        const some = all.slice(start, start + TOGETHER);
        working = working.then(() => writeTogether(state, registry, some));
      }
    }
  }

  return {
    async read(key) {
      const name = nameOf(key);
      const kept = await memory.read(key);
      if (kept.size > 0 || isRead.has(name)) return kept;
      isRead.add(name);
      const lists = await fromStored(await fromStore(name));
      if (lists.size > 0) await memory.write(key, lists);
      return lists;
    },

    async write(key, lists) {
      const name = nameOf(key);
      isRead.add(name);
      await memory.write(key, lists);
      const registry = keyOf(key.facility, key.registry);
      if (registry === null || (waiting.size >= MAX_WAITING && !waiting.has(name))) return;
      waiting.set(name, { key: name, registry, lists });
      callOff ??= clock.after(GATHERING_MS, write);
    },

    async keepOnly(registry, repositories) {
      await memory.keepOnly(registry, repositories);
      const all = `${PREFIX}${registry.facility} ${registry.registry} `;
      const kept = new Set([...repositories].map((repository) => nameOf({ ...registry, repository })));
      for (const name of isRead) if (name.startsWith(all) && !kept.has(name)) isRead.delete(name);
      working = working
        .then(() => removeOthers(state, keyOf(registry.facility, registry.registry), all, kept))
        .catch(() => undefined);
    },

    async close() {
      write();
      await working;
    },
  };
}

/** One that is too large keeps no other from being written. Never rejects. */
async function writeTogether(
  state: StateStore,
  registry: RegistryKey,
  repositories: readonly Written[],
): Promise<void> {
  const entries: StateEntry[] = [];
  for (const { key, lists } of repositories) entries.push({ key, value: await toStored(lists) });
  try {
    await state.write(entries, registry);
  } catch {
    for (const entry of entries) await state.write([entry], registry).catch(() => undefined);
  }
}

async function removeOthers(
  state: StateStore,
  registry: RegistryKey | null,
  prefix: string,
  kept: ReadonlySet<string>,
): Promise<void> {
  for (let after = prefix; ; ) {
    const keys = await state.keys(prefix, { after, limit: TOGETHER });
    const gone = keys.filter((key) => !kept.has(key));
    if (gone.length > 0) await state.remove(gone, registry ?? undefined);
    const last = keys.at(-1);
    if (last === undefined) return;
    after = last;
  }
}

/** As texts, which come from the store’s thread at once where ten thousand lists take long; made and read in turns. */
async function toStored(lists: ReferrerLists): Promise<readonly string[]> {
  const texts: string[] = [];
  let images: string[] = [];
  let length = 0;
  const end = (): void => {
    if (images.length > 0) texts.push(`[${images.join()}]`);
    images = [];
    length = 0;
  };
  await paced(lists, preparing, ([digest, list]) => {
    const { askedAt, tags, referrers, byApi, doubtedSince, progress } = list;
    const found = referrers.map((one): StoredImage[3][number] => [one.digest, one.kind]);
    const read: StoredImage[6] =
      progress === null ? null : [[...progress.held], progress.after, [...progress.read]];
    const image: StoredImage = [digest, askedAt, [...tags], found, byApi, doubtedSince, read];
    const text = JSON.stringify(image);
    images.push(text);
    length += text.length;
    if (length >= TEXT_LENGTH) end();
  });
  end();
  return texts;
}

/** Nothing of what another version of panfed wrote. */
async function fromStored(value: unknown): Promise<ReferrerLists> {
  const lists = new Map<string, ReferrerList>();
  if (!Array.isArray(value)) return lists;
  try {
    await paced(value, preparing, (text) => {
      for (const stored of storedSchema.parse(JSON.parse(text))) {
        const [image, askedAt, tags, referrers, byApi, doubtedSince, progress] = stored;
        lists.set(image, {
          askedAt,
          tags,
          referrers: referrers.map(([digest, kind]) => ({ digest, kind })),
          byApi,
          doubtedSince,
          progress: progress === null ? null : progressOf(progress),
        });
      }
    });
    return lists;
  } catch {
    return new Map();
  }
}

const progressOf = ([held, after, read]: NonNullable<StoredImage[6]>): ReadingProgress => ({
  held,
  after,
  read,
});
