// The four orders as sort keys that stand alone: what a cursor holds and what registries are merged by. In every order
// the records that meet more preferences come first, null is last, and the id breaks ties. What is equally relevant is in
// the order of versions, so that the newest of a framework comes first.
import { has } from '../catalog/bitset.ts';
import {
  compareNewest,
  compareNullable,
  compareVersionKeys,
  compareVersionsDescending,
  type VersionKey,
  versionKey,
} from '../catalog/index-order.ts';
import type { Segment } from '../catalog/segment.ts';
import { byCodeUnits } from '../catalog/sorted.ts';
import type { ImageOrder } from '../model/choices.ts';
import type { ImageRecord } from '../model/image.ts';
import type { SortKey } from './cursor.ts';
import type { SelectedPart } from './selection.ts';

type Value = string | number | null;

export interface Ordering {
  readonly compare: (a: SortKey, b: SortKey) => number;
  readonly key: (selected: SelectedPart, document: number) => SortKey;
  /** Higher comes first; within a tier the records follow `within`. */
  readonly tier: ((selected: SelectedPart, document: number) => number) | null;
  /** The record numbers of a part in this order, preferences and scores aside. */
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

/** `wanted`: the folded frameworks whose versions are looked at; null: those of all. */
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
    part.segment.snapshot.records[document] as ImageRecord;
  const preferred = (selected: SelectedPart, document: number): number => selected.preferred?.[document] ?? 0;
  const score = (selected: SelectedPart, document: number): number => selected.scores?.[document] ?? 0;
  const name = ({ part }: SelectedPart, document: number): string => part.segment.names[document] as string;

  switch (order) {
    case 'RELEVANCE':
      return {
        compare,
        key: (s, d) => {
          const { framework, version } = wantedKey(record(s, d), wanted);
          return [preferred(s, d), score(s, d), framework, version, name(s, d), record(s, d).id];
        },
        tier: tiered ? (s, d) => preferred(s, d) * 65_536 + score(s, d) : null,
        within: (s) => (wanted === null ? s.part.segment.byRelevance : byWanted(s, wanted, name)),
      };
    case 'NAME':
      return {
        compare,
        key: (s, d) => [preferred(s, d), name(s, d), record(s, d).id],
        tier: tiered ? preferred : null,
        within: (s) => s.part.segment.byName,
      };
    case 'NEWEST':
      return {
        compare,
        key: (s, d) => [preferred(s, d), record(s, d).created, record(s, d).id],
        tier: tiered ? preferred : null,
        within: (s) => s.part.segment.byNewest,
      };
    case 'VERSION':
      return {
        compare,
        key: (s, d) => {
          const { framework, version } = wantedKey(record(s, d), wanted);
          return [preferred(s, d), framework, version, record(s, d).id];
        },
        tier: tiered ? preferred : null,
        within: (s) => (wanted === null ? s.part.segment.byVersion : byWanted(s, wanted, () => '')),
      };
  }
}

/** Of the wanted frameworks; of any where it has none of them. */
function wantedKey(record: ImageRecord, wanted: ReadonlySet<string> | null): VersionKey {
  const key = versionKey(record, wanted);
  return key.framework === null && wanted !== null ? versionKey(record, null) : key;
}

/**
 * The order of versions where only some frameworks count, those of one version by `name`: sorted for this question, over the
 * selected records alone.
 */
function byWanted(
  selected: SelectedPart,
  wanted: ReadonlySet<string>,
  name: (selected: SelectedPart, document: number) => string,
): Uint32Array {
  const { part, bits } = selected;
  const { records } = (part.segment as Segment).snapshot;
  const keys: { document: number; key: VersionKey; name: string; id: string }[] = [];
  for (const document of part.segment.byVersion) {
    if (!has(bits, document)) continue;
    const record = records[document] as ImageRecord;
    const key = wantedKey(record, wanted);
    keys.push({ document, key, name: name(selected, document), id: record.id });
  }
  keys.sort(
    (a, b) => compareVersionKeys(a.key, b.key) || byCodeUnits(a.name, b.name) || byCodeUnits(a.id, b.id),
  );
  return Uint32Array.from(keys, ({ document }) => document);
}
