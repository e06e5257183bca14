// The four orders as sort keys that stand alone: what a cursor holds and what registries are merged by. In every order
// the records that meet more preferences come first, null is last, and the id breaks ties. What is equally relevant is in
// the order of versions, so that the newest of a framework comes first.
import { addDocuments, bitsOf, emptyBits, has } from '../catalog/bitset.ts';
import {
  compareNewest,
  compareNullable,
  compareVersionsDescending,
  type FrameworkOrder,
  type VersionKey,
  versionKey,
} from '../catalog/index/order.ts';
import type { ImageOrder } from '../model/choices.ts';
import type { ImageRecord } from '../model/image.ts';
import type { SortKey } from './cursor.ts';
import type { SelectedPart } from './selection.ts';

type Value = string | number | null;

export interface Ordering {
  /** Negative if `a` comes first, positive if `b` does, 0 for one key alone. */
  readonly compare: (a: SortKey, b: SortKey) => number;
  /** The key of a record by its number in the snapshot. */
  readonly key: (selected: SelectedPart, document: number) => SortKey;
  /** The tier of a record: higher tiers come first, and within a tier the records follow `within`. null: one tier. */
  readonly tier: ((selected: SelectedPart, document: number) => number) | null;
  /**
   * The record numbers of a snapshot in this order, without regard to preferences and scores: all, or at least those that are
   * selected. Its readers never write to it.
   */
  readonly within: (selected: SelectedPart) => Uint32Array;
}

const descending = (a: Value, b: Value): number => Number(b) - Number(a);
const text = (a: Value, b: Value): number => compareNullable(a as string | null, b as string | null);
const newest = (a: Value, b: Value): number => compareNewest(a as string | null, b as string | null);
const version = (a: Value, b: Value): number =>
  compareVersionsDescending(a as string | null, b as string | null);

const COMPARATORS: Readonly<Record<ImageOrder, readonly ((a: Value, b: Value) => number)[]>> = {
  RELEVANCE: [descending, descending, text, version, text, text],
  NAME: [descending, text, text],
  NEWEST: [descending, newest, text],
  VERSION: [descending, text, version, text],
};

/**
 * The comparison, the keys and the tiers of an order; each order ends with the record's id, so that no two keys are
 * equal. `wanted`: the folded frameworks whose versions are compared; null: those of all. `tiered`: whether there are
 * preferences or a search, so that records have tiers.
 */
export function orderingOf(order: ImageOrder, wanted: ReadonlySet<string> | null, tiered: boolean): Ordering {
  const comparators = COMPARATORS[order];
  const compare = (a: SortKey, b: SortKey): number => {
    for (let i = 0; i < comparators.length; i++) {
      const result = comparators[i]?.(a[i] ?? null, b[i] ?? null) ?? 0;
      if (result !== 0) return result;
    }
    return 0;
  };
  const record = ({ part }: SelectedPart, document: number): ImageRecord =>
    part.snapshotIndex.snapshot.records[document] as ImageRecord;
  const preferred = (selected: SelectedPart, document: number): number => selected.preferred?.[document] ?? 0;
  const score = (selected: SelectedPart, document: number): number => selected.scores?.[document] ?? 0;
  const name = ({ part }: SelectedPart, document: number): string =>
    part.snapshotIndex.names[document] as string;

  switch (order) {
    case 'RELEVANCE':
      return {
        compare,
        key: (s, d) => {
          const { framework, version } = wantedKey(record(s, d), wanted);
          return [preferred(s, d), score(s, d), framework, version, name(s, d), record(s, d).id];
        },
        tier: tiered ? (s, d) => preferred(s, d) * 65_536 + score(s, d) : null,
        within: (s) =>
          wanted === null ? s.part.snapshotIndex.byRelevance : byWanted(s, wanted, 'byRelevance'),
      };
    case 'NAME':
      return {
        compare,
        key: (s, d) => [preferred(s, d), name(s, d), record(s, d).id],
        tier: tiered ? preferred : null,
        within: (s) => s.part.snapshotIndex.byName,
      };
    case 'NEWEST':
      return {
        compare,
        key: (s, d) => [preferred(s, d), record(s, d).created, record(s, d).id],
        tier: tiered ? preferred : null,
        within: (s) => s.part.snapshotIndex.byNewest,
      };
    case 'VERSION':
      return {
        compare,
        key: (s, d) => {
          const { framework, version } = wantedKey(record(s, d), wanted);
          return [preferred(s, d), framework, version, record(s, d).id];
        },
        tier: tiered ? preferred : null,
        within: (s) => (wanted === null ? s.part.snapshotIndex.byVersion : byWanted(s, wanted, 'byVersion')),
      };
  }
}

/** The version key by the wanted frameworks; by any framework where the record has none of them. */
function wantedKey(record: ImageRecord, wanted: ReadonlySet<string> | null): VersionKey {
  const key = versionKey(record, wanted);
  return key.framework === null && wanted !== null ? versionKey(record, null) : key;
}

/**
 * The order of versions where only some frameworks count, over the selected records alone. Nothing is sorted: each framework's
 * records are in its own order, and stand where its name does among the others, which are in the order of their first one.
 */
function byWanted(
  { part, bits }: SelectedPart,
  wanted: ReadonlySet<string>,
  order: keyof FrameworkOrder,
): Uint32Array {
  const { snapshotIndex } = part;
  const { records } = snapshotIndex.snapshot;
  const taken = emptyBits(records.length);
  const blocks: { framework: string; documents: Uint32Array }[] = [];
  for (const framework of [...wanted].sort()) {
    const holders = snapshotIndex.fields.frameworks.get(framework);
    if (holders === undefined) continue;
    const own = bitsOf(records.length, holders.documents);
    const ordered = snapshotIndex.byFramework.get(framework)?.[order] ?? snapshotIndex[order];
    const documents = ordered.filter((one) => has(own, one) && has(bits, one) && !has(taken, one));
    addDocuments(taken, documents);
    blocks.push({ framework, documents });
  }
  const others = snapshotIndex[order].filter((one) => has(bits, one) && !has(taken, one));
  const merged = new Uint32Array(
    others.length + blocks.reduce((sum, { documents }) => sum + documents.length, 0),
  );
  let from = 0;
  let at = 0;
  for (const { framework, documents } of blocks) {
    const to = firstBehind(others, records, framework);
    merged.set(others.subarray(from, to), at);
    merged.set(documents, at + to - from);
    at += to - from + documents.length;
    from = to;
  }
  merged.set(others.subarray(from), at);
  return merged;
}

/** Index of the first of the records, ordered by their first framework, that comes behind the framework. */
function firstBehind(ordered: Uint32Array, records: readonly ImageRecord[], framework: string): number {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const first = versionKey(records[ordered[middle] as number] as ImageRecord, null).framework;
    if (compareNullable(first, framework) > 0) high = middle;
    else low = middle + 1;
  }
  return low;
}
