// Merges entries of one id: if they are equal except for tags and the registry's own id, they are one image with all
// the tags; else it is not known which one is right, and all are quarantined. Their order does not matter.
import { BOUNDS } from '../../model/bounds.ts';
import type { ImageRecord } from '../../model/image.ts';
import { type Pace, paced } from '../../model/pace.ts';
import { byCodeUnits, sortedInTurns } from '../../model/sorted.ts';
import type { Quarantined } from '../snapshot.ts';
import { quarantined } from './quarantine.ts';

interface Entry {
  /** The first entry with this id, with the least id of the registry's own among all of them. */
  readonly record: ImageRecord;
  /** Tags of all of them; null: there is no other entry. */
  readonly tags: Set<string> | null;
  /** The number of entries with this id. */
  readonly count: number;
  /** Why they are all quarantined; null: they agree. */
  readonly conflict: string | null;
}

export interface Merge {
  /** Adds an entry, whose tags are joined with those of the others of its id. */
  add(record: ImageRecord): void;
  /** Marks an id of which an entry was quarantined: its other entries are then quarantined too, as incomplete. */
  doubt(id: string): void;
  /**
   * The result, ordered by id; each id that was added is in one of the two lists: once in `records`, or in `quarantined` once for
   * each of its entries. Rests when the pace says so. Never rejects.
   */
  finish(pace: Pace): Promise<{ readonly records: ImageRecord[]; readonly quarantined: Quarantined[] }>;
  /** The number of different ids so far. */
  readonly size: number;
  /** The number of ids in doubt so far. */
  readonly doubts: number;
}

/**
 * A merge, by id, of the records of one crawl, without entries; `finish` gives them sorted by id, and as quarantined those
 * that contradict each other, are in doubt, or have more than `BOUNDS.tags` (16,384) tags together. It has no bound of its own
 * for records: the caller watches `size` and `doubts`. Never throws or rejects.
 */
export function createMerge(): Merge {
  const entries = new Map<string, Entry>();
  const doubted = new Set<string>();
  return {
    add(record) {
      const known = entries.get(record.id);
      entries.set(
        record.id,
        known === undefined ? { record, tags: null, count: 1, conflict: null } : joined(known, record),
      );
    },
    doubt: (id) => void doubted.add(id),
    get size() {
      return entries.size;
    },
    get doubts() {
      return doubted.size;
    },
    async finish(pace) {
      const records: ImageRecord[] = [];
      const refused: Quarantined[] = [];
      await paced(await sortedInTurns(entries.keys(), pace, byCodeUnits), pace, (id) => {
        const entry = entries.get(id);
        if (entry === undefined) return;
        const doubt = doubted.has(id) ? 'another entry with this digest or tag is quarantined' : null;
        const reason = entry.conflict ?? doubt;
        if (reason === null) records.push(withTags(entry));
        else {
          const { count, record } = entry;
          for (let each = 0; each < count; each += 1)
            refused.push(quarantined(id, reason, record.repository));
        }
      });
      return { records, quarantined: refused };
    },
  };
}

function joined(known: Entry, record: ImageRecord): Entry {
  const count = known.count + 1;
  if (known.conflict !== null) return { ...known, count };
  const field = differingField(known.record, record);
  if (field !== null) return { ...known, count, conflict: `several entries with this id differ in ${field}` };
  // One set for all of them: they may be thousands.
  const tags = known.tags ?? new Set(known.record.tags);
  for (const tag of record.tags) tags.add(tag);
  const upstreamId = lesser(known.record.upstreamId, record.upstreamId);
  const conflict = tags.size > BOUNDS.tags ? `${tags.size} tags, at most ${BOUNDS.tags} are allowed` : null;
  const first = upstreamId === known.record.upstreamId ? known.record : { ...known.record, upstreamId };
  return { record: first, tags, count, conflict };
}

function withTags({ record, tags }: Entry): ImageRecord {
  return tags === null ? record : Object.freeze({ ...record, tags: [...tags].sort() });
}

/** The first field, in the record's order, in which two entries of one id differ; null: they are the same image. */
function differingField(one: ImageRecord, other: ImageRecord): keyof ImageRecord | null {
  const fields = (Object.keys(one) as (keyof ImageRecord)[]).filter(
    (field) => field !== 'tags' && field !== 'upstreamId',
  );
  return fields.find((field) => JSON.stringify(one[field]) !== JSON.stringify(other[field])) ?? null;
}

function lesser(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}
