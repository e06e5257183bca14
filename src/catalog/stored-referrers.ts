// What referred to images when their registries were last asked, in memory and behind that in the store, so that a restart
// neither asks a registry for all of it again nor forgets what was claimed. A store that cannot be used costs no more than
// asking again.
import { z } from 'zod';
import type { Clock } from '../model/clock.ts';
import { isDigest } from '../model/digest.ts';
import { MANIFEST_KINDS } from '../sources/oci/classify.ts';
import {
  type KnownReferrers,
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

/** A repository in the store: `[askedAt, tags, [[digest, kind], …]]` by the digest of the image. */
const storedSchema = z.record(
  digestSchema,
  z.tuple([
    z.number().int().nonnegative(),
    z.array(z.string()),
    z.array(z.tuple([digestSchema, z.enum(MANIFEST_KINDS)])),
  ]),
);

type Stored = z.infer<typeof storedSchema>;

/**
 * Lists that outlive the process. None of its methods waits for a write, or rejects for the store; a repository whose lists
 * have more than 1 MiB as JSON, those of some 10,000 images, is kept in memory alone, and so are those that the store
 * removed for later ones of the same registry.
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
  const waiting = new Map<string, { readonly registry: RegistryKey; readonly lists: ReferrerLists }>();
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
    const byRegistry = new Map<RegistryKey, StateEntry[]>();
    for (const [key, { registry, lists }] of waiting) {
      const entries = byRegistry.get(registry) ?? [];
      byRegistry.set(registry, entries);
      entries.push({ key, value: toStored(lists) });
    }
    waiting.clear();
    for (const [registry, entries] of byRegistry) {
      for (let start = 0; start < entries.length; start += TOGETHER) {
        const some = entries.slice(start, start + TOGETHER);
        working = working
          .then(() => state.write(some, registry))
          .catch(() => writeAlone(state, registry, some));
      }
    }
  }

  return {
    async read(key) {
      const name = nameOf(key);
      const kept = await memory.read(key);
      if (kept.size > 0 || isRead.has(name)) return kept;
      isRead.add(name);
      const lists = fromStored(await fromStore(name));
      if (lists.size > 0) await memory.write(key, lists);
      return lists;
    },

    async write(key, lists) {
      const name = nameOf(key);
      isRead.add(name);
      await memory.write(key, lists);
      const registry = keyOf(key.facility, key.registry);
      if (registry === null || (waiting.size >= MAX_WAITING && !waiting.has(name))) return;
      waiting.set(name, { registry, lists });
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

/** One that is too large keeps no other from being written. */
async function writeAlone(
  state: StateStore,
  registry: RegistryKey,
  entries: readonly StateEntry[],
): Promise<void> {
  for (const entry of entries) await state.write([entry], registry).catch(() => undefined);
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

const toStored = (lists: ReferrerLists): Stored =>
  Object.fromEntries(
    [...lists].map(([digest, { askedAt, tags, referrers }]) => [
      digest,
      [
        askedAt,
        [...tags],
        referrers.map((one): [string, Stored[string][2][number][1]] => [one.digest, one.kind]),
      ],
    ]),
  );

/** Nothing of what another version of panfed wrote. */
function fromStored(value: unknown): ReferrerLists {
  const { data = {} } = storedSchema.safeParse(value);
  return new Map(
    Object.entries(data).map(([digest, [askedAt, tags, referrers]]) => [
      digest,
      { askedAt, tags, referrers: referrers.map(([one, kind]) => ({ digest: one, kind })) },
    ]),
  );
}
