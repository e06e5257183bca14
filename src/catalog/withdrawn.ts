// Ids of records that a registry withdrew after the last whole crawl that the store has: as a notification had it asked, or
// in a crawl that is not stored. A gateway that was restarted would show them again.
import { z } from 'zod';
import { FederationError } from '../model/errors.ts';
import type { RegistryKey, StateStore } from '../store/store.ts';

/** What a check of a registry found otherwise than the one before. */
export interface Change {
  readonly withdrawn: Iterable<string>;
  /** Whether the registry has the id now. */
  readonly has: (id: string) => boolean;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface Withdrawn {
  /** Resolves when the change is stored; never rejects: what cannot be stored now is stored with the next change. */
  note(change: Change): Promise<void>;
  /** Notes that the store has a whole crawl of that time, in milliseconds since the epoch. */
  stored(at: number): void;
  /**
   * What is not to be shown of the stored crawl of that time, in milliseconds since the epoch; null: none of it is, since
   * too much was withdrawn. It counts as noted here from then on. Rejects as {@link StateStore} does where the store
   * cannot be read now, and with STORE_INVALID for a value of another form, as another version may have written it.
   */
  since(at: number): Promise<ReadonlySet<string> | null>;
}

/** Characters of all ids that are kept; with more, nothing of the crawl is used. A value of the store has 1 MiB at most. */
const MAX_CHARACTERS = 524_288;

/** How the names of these values begin in the store; no part of a name has a blank. */
const PREFIX = 'withdrawn';

const storedSchema = z.object({
  /** Milliseconds since the epoch: when something was withdrawn last. */
  at: z.number().int().nonnegative(),
  ids: z.array(z.string()).nullable(),
});

/**
 * The withdrawals of one registry, under the key by which it is stored; it reads nothing yet. This process knows all that it
 * noted since the last stored crawl, so that each value is written as a whole, one after another; gateways that share a store
 * replace each other's. Ids of more than 524,288 characters together are too much. What `since` rejects with is at
 * {@link Withdrawn}.
 */
export function createWithdrawn(store: StateStore, key: RegistryKey): Withdrawn {
  const name = [PREFIX, key.facility, key.registry, key.kind, key.address].join(' ');
  /** When each was withdrawn, in milliseconds since the epoch. */
  let noted = new Map<string, number>();
  /** When it was last too much; null: it is not. */
  let tooManyAt: number | null = null;
  let isWritten = true;
  let writing: Promise<void> = Promise.resolve();

  async function write(at: number): Promise<void> {
    try {
      const ids = tooManyAt === null ? [...noted.keys()] : null;
      await store.write([{ key: name, value: { at, ids } }]);
      isWritten = true;
    } catch {
      // The store says itself that it cannot be used.
    }
  }

  function add(ids: Iterable<string>, at: number): void {
    for (const id of ids) noted.set(id, at);
    let characters = 0;
    for (const id of noted.keys()) characters += id.length;
    if (characters <= MAX_CHARACTERS) return;
    noted.clear();
    tooManyAt = at;
  }

  return {
    note({ withdrawn, has, at }) {
      const before = noted.size;
      for (const id of noted.keys()) if (has(id)) noted.delete(id);
      const isFewer = noted.size < before;
      const gone = [...withdrawn];
      if (gone.length > 0 && tooManyAt === null) add(gone, at);
      else if (gone.length > 0) tooManyAt = at;
      if (gone.length > 0 || isFewer) isWritten = false;
      if (!isWritten) writing = writing.then(() => write(at));
      return writing;
    },
    stored(at) {
      noted = new Map([...noted].filter(([, when]) => when > at));
      if (tooManyAt !== null && tooManyAt <= at) tooManyAt = null;
      if (noted.size === 0 && tooManyAt === null) isWritten = true;
    },
    async since(at) {
      const [entry] = await store.read([name]);
      const found = entry === undefined ? null : readStored(entry.value, key);
      if (found === null || found.at <= at) return new Set();
      if (found.ids === null) {
        tooManyAt = found.at;
        return null;
      }
      add(found.ids, found.at);
      return new Set(found.ids);
    },
  };
}

function readStored(value: unknown, { facility, registry }: RegistryKey): z.infer<typeof storedSchema> {
  const parsed = storedSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new FederationError(
    'STORE_INVALID',
    `What the store has of the withdrawals of ${facility}/${registry} has a form that this version does not read.`,
    {
      at: `withdrawals ${facility}/${registry}`,
      hint: 'Nothing is lost: the registry is crawled anew.',
      cause: parsed.error,
    },
  );
}
