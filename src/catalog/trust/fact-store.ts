// Keeps what verification found of a registry's images, so that a restart verifies nothing again and forgets no first time.
// The store seals each value with its name: one that was changed on the disk is not read, and its image is verified again.
import { paced, preparing } from '../../model/pace.ts';
import type { RegistryKey, StateStore } from '../../store/store.ts';

/** How the names of these values begin in the store; no part of a name has a blank. */
const PREFIX = 'trust';

/** Names that are listed at a time, and values that are written together. */
const LISTED = 1_000;
const WRITTEN = 256;

/** Names that are kept in memory; beyond them they are listed anew. */
const MAX_NAMES = 1_000_000;

/** Joins what the store has of an image with what was found of it: nothing that was first seen earlier is lost. */
export type Join = (stored: string, found: string) => string;

export interface FactStore {
  /**
   * Those of the images of which something is kept, by id; null: it cannot be read now. Of a registry with more than a million
   * of them, some are left out. Never rejects.
   */
  read(ids: readonly string[]): Promise<ReadonlyMap<string, string> | null>;
  /**
   * Writes what was found, by id, each joined with what the store has: another gateway may have written it. Gives the ids
   * of what could not be written. Never rejects.
   */
  write(facts: ReadonlyMap<string, string>, join: Join): Promise<readonly string[]>;
}

/** Nothing is kept: what was found is found again after a restart, and is first seen then. */
export const NO_FACT_STORE: FactStore = {
  read: async () => new Map(),
  write: async () => [],
};

/**
 * The facts of one registry in `store`, by the ids of its images, which begin with its facility and key. It reads nothing yet:
 * with the first `read` the names of all that the registry has there are listed, of which up to 1,000,000 stay in memory.
 * Never throws; neither of its methods rejects.
 */
export function createFactStore(store: StateStore, registry: RegistryKey): FactStore {
  /** Ids of which the store has something; null: they were not listed yet. */
  let listed: Set<string> | null = null;

  /** Most images have nothing attached: they are not asked for one by one. */
  async function names(): Promise<Set<string>> {
    if (listed !== null && listed.size <= MAX_NAMES) return listed;
    const prefix = nameOf(`${registry.facility}/${registry.registry}/`);
    const ids = new Set<string>();
    for (let after = prefix; ; ) {
      const found = await store.keys(prefix, { after, limit: LISTED });
      for (const name of found) ids.add(idOf(name));
      const last = found.at(-1);
      if (last === undefined || ids.size > MAX_NAMES) break;
      after = last;
    }
    listed = ids;
    return ids;
  }

  async function stored(ids: readonly string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const entries = await store.read(ids.map(nameOf));
    const texts = entries.flatMap(({ key, value }) =>
      typeof value === 'string' ? [[idOf(key), value] as const] : [],
    );
    return new Map(texts);
  }

  /** Whether it was written: one that is too large keeps no other from being. */
  async function wrote(ids: readonly string[], values: ReadonlyMap<string, string>): Promise<boolean> {
    try {
      const entries = ids.map((id) => ({ key: nameOf(id), value: values.get(id) ?? '' }));
      await store.write(entries, registry);
      for (const id of ids) listed?.add(id);
      return true;
    } catch {
      // The store says itself that it cannot be used.
      return false;
    }
  }

  return {
    async read(ids) {
      try {
        const there = await names();
        return await stored(ids.filter((id) => there.has(id)));
      } catch {
        return null;
      }
    },
    async write(facts, join) {
      const failed: string[] = [];
      const all = [...facts.keys()];
      for (let start = 0; start < all.length; start += WRITTEN) {
        const ids = all.slice(start, start + WRITTEN);
        const before = await stored(ids).catch(() => null);
        if (before === null) {
          failed.push(...ids);
          continue;
        }
        const values = new Map<string, string>();
        // Whoever may attach makes each of them long.
        await paced(ids, preparing, (id) => {
          const [known, found = ''] = [before.get(id), facts.get(id)];
          values.set(id, known === undefined ? found : join(known, found));
        });
        if (await wrote(ids, values)) continue;
        for (const id of ids) if (!(await wrote([id], values))) failed.push(id);
      }
      return failed;
    },
  };
}

const nameOf = (id: string): string => `${PREFIX} ${id}`;
const idOf = (name: string): string => name.slice(PREFIX.length + 1);
