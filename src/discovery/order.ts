// The four orders as sort keys that stand alone: what a cursor holds and what registries are merged by. In every order
// the records that meet more preferences come first, null is last, and the id breaks ties.
import { has } from '../catalog/bitset.ts';
import {
  compareNewest,
  compareNullable,
  compareVersionsDescending,
  type VersionKey,
  versionKey,
} from '../catalog/index-order.ts';
import type { Segment } from '../catalog/segment.ts';
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
  RELEVANCE: [descending, descending, text, text],
  NAME: [descending, text, text],
  NEWEST: [descending, newest, text],
  VERSION: [descending, text, version, text],
};

/** `wanted`: the folded frameworks that VERSION looks at; null: all. */
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
        key: (s, d) => [preferred(s, d), score(s, d), name(s, d), record(s, d).id],
        tier: tiered ? (s, d) => preferred(s, d) * 65_536 + score(s, d) : null,
        within: (s) => s.part.segment.byName,
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
          const { framework, version } = versionKey(record(s, d), wanted);
          return [preferred(s, d), framework, version, record(s, d).id];
        },
        tier: tiered ? preferred : null,
        within: (s) => (wanted === null ? s.part.segment.byVersion : byWanted(s, wanted)),
      };
  }
}

/** The version order where only some frameworks count: sorted for this question, over the selected records alone. */
function byWanted({ part, bits }: SelectedPart, wanted: ReadonlySet<string>): Uint32Array {
  const { records } = (part.segment as Segment).snapshot;
  const keys: { document: number; key: VersionKey; id: string }[] = [];
  for (const document of part.segment.byVersion) {
    if (!has(bits, document)) continue;
    const record = records[document] as ImageRecord;
    keys.push({ document, key: versionKey(record, wanted), id: record.id });
  }
  keys.sort(
    (a, b) =>
      compareNullable(a.key.framework, b.key.framework) ||
      compareVersionsDescending(a.key.version, b.key.version) ||
      (a.id < b.id ? -1 : 1),
  );
  return Uint32Array.from(keys, ({ document }) => document);
}
