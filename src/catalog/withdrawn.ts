// Ids of records that a registry withdrew after its last whole crawl, as a notification had it asked. The store has that
// crawl: a gateway that was restarted would show them again.
import { z } from 'zod';
import type { RegistryKey, StateStore } from '../store/store.ts';

export interface Withdrawn {
  /** Notes what was withdrawn at that time, in milliseconds since the epoch, since the crawl before. Never rejects. */
  note(ids: readonly string[], at: number): Promise<void>;
  /** Notes that a whole crawl of that time (milliseconds since the epoch) is in the place of the last one. Never rejects. */
  crawled(at: number): Promise<void>;
  /**
   * What is not to be shown of a crawl of that time, in milliseconds since the epoch; null: nothing of that crawl is to be
   * shown. Rejects as {@link StateStore} does, with STORE_UNAVAILABLE where it cannot be read now.
   */
  since(at: number): Promise<ReadonlySet<string> | null>;
}

/** Characters of all ids; with more, nothing of the crawl is used. A value of the store has 1 MiB at most. */
const MAX_CHARACTERS = 524_288;

/** How the names of these values begin in the store; no part of a name has a blank. */
const PREFIX = 'withdrawn';

const storedSchema = z.object({
  /** Milliseconds since the epoch: when something was withdrawn last. */
  at: z.number().int().nonnegative(),
  ids: z.array(z.string()).nullable(),
});

/**
 * What was withdrawn of one registry, at one address. What was noted before a restart is noted with what comes after; beyond
 * 524,288 characters of ids `since` gives null. Only `since` rejects, as {@link StateStore} does, and with a ZodError for a
 * value of another form, which no panfed wrote.
 */
export function createWithdrawn(store: StateStore, key: RegistryKey): Withdrawn {
  const name = [PREFIX, key.facility, key.registry, key.kind, key.address].join(' ');
  let isThere = true;

  async function read(): Promise<z.infer<typeof storedSchema> | null> {
    const [entry] = await store.read([name]);
    return entry === undefined ? null : storedSchema.parse(entry.value);
  }

  return {
    async note(ids, at) {
      if (ids.length === 0) return;
      isThere = true;
      try {
        const before = await read();
        const all = before?.ids === null ? null : [...new Set([...(before?.ids ?? []), ...ids])];
        const isTooLong = all === null || all.reduce((sum, id) => sum + id.length, 0) > MAX_CHARACTERS;
        await store.write([{ key: name, value: { at, ids: isTooLong ? null : all } }]);
      } catch {
        // The store says itself that it cannot be used.
      }
    },
    async crawled(at) {
      if (!isThere) return;
      try {
        const before = await read();
        if (before !== null && before.at >= at) return;
        if (before !== null) await store.remove([name]);
        isThere = false;
      } catch {
        // Another whole crawl comes.
      }
    },
    async since(at) {
      const before = await read();
      return before === null || before.at <= at ? new Set() : before.ids && new Set(before.ids);
    },
  };
}
