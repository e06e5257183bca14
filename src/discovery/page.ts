// One page from many registries: the selected records of each snapshot in order, after the cursor, merged by their
// keys.
import { has } from '../catalog/bitset.ts';
import type { SortKey } from './cursor.ts';
import type { Ordering } from './order.ts';
import type { SelectedPart } from './selection.ts';

export interface PageItem {
  readonly selected: SelectedPart;
  readonly document: number;
  readonly key: SortKey;
}

/**
 * At most `count` items (0 or more) that come after the key, in the ordering over all parts; `after` null: from the
 * start. Reads only as many records as the page needs.
 */
export function takePage(
  parts: readonly SelectedPart[],
  ordering: Ordering,
  after: SortKey | null,
  count: number,
): readonly PageItem[] {
  const streams = parts.map((selected) => streamOf(selected, ordering, after));
  const heads = streams.map((stream) => stream.next().value ?? null);
  const page: PageItem[] = [];
  while (page.length < count) {
    let first = -1;
    for (let i = 0; i < heads.length; i++) {
      const head = heads[i] ?? null;
      const best = first === -1 ? null : (heads[first] ?? null);
      if (head !== null && (best === null || ordering.compare(head.key, best.key) < 0)) first = i;
    }
    const next = first === -1 ? null : (heads[first] ?? null);
    if (next === null) break;
    page.push(next);
    heads[first] = streams[first]?.next().value ?? null;
  }
  return page;
}

function* streamOf(
  selected: SelectedPart,
  ordering: Ordering,
  after: SortKey | null,
): Generator<PageItem, undefined> {
  for (const documents of tiersOf(selected, ordering)) {
    const from = after === null ? 0 : firstAfter(documents, selected, ordering, after);
    for (let i = from; i < documents.length; i++) {
      const document = documents[i] as number;
      if (has(selected.bits, document)) {
        yield { selected, document, key: ordering.key(selected, document) };
      }
    }
  }
  return undefined;
}

type Documents = Uint32Array | readonly number[];

/** The snapshot's records as ordered runs, one per tier; a single run where nothing is preferred or searched for. */
function tiersOf(selected: SelectedPart, ordering: Ordering): Iterable<Documents> {
  const order = ordering.within(selected);
  const { tier } = ordering;
  if (tier === null) return [order];
  const tiers = new Map<number, number[]>();
  for (const document of order) {
    if (!has(selected.bits, document)) continue;
    const level = tier(selected, document);
    const run = tiers.get(level);
    if (run === undefined) tiers.set(level, [document]);
    else run.push(document);
  }
  return [...tiers].sort(([a], [b]) => b - a).map(([, run]) => run);
}

/** The index of the first record whose key comes after the given one. */
function firstAfter(
  documents: Documents,
  selected: SelectedPart,
  ordering: Ordering,
  after: SortKey,
): number {
  let low = 0;
  let high = documents.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ordering.compare(ordering.key(selected, documents[middle] as number), after) > 0) high = middle;
    else low = middle + 1;
  }
  return low;
}
