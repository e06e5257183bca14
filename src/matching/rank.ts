// The candidates of a question in their order, page by page: none is sorted, and only those of a page are described.
import type { SortKey } from '../discovery/cursor.ts';
import { inTurns, type Pace } from '../model/pace.ts';
import { byCodeUnits } from '../model/sorted.ts';
import { candidateKeysOf, type Ranked, type RankedResource } from './candidate-keys.ts';
import { candidateKeyOf, compareImageVersions, cursorKeyOf } from './candidate-order.ts';
import { Least } from './least.ts';
import type { Verdict } from './verdict.ts';

/** A framework at a resource. */
export interface RankedCandidate {
  /** Folded. */
  readonly framework: string;
  /** Positions in the resources, in the parts, and of the best image in that snapshot. */
  readonly resource: number;
  readonly part: number;
  readonly document: number;
  readonly key: SortKey;
}

/** All candidates of a question. */
export interface Ranking {
  readonly totalCount: number;
  /** How many candidates have each verdict. */
  readonly counts: Readonly<Record<Verdict, number>>;
  /**
   * The candidates behind a key, in the order of candidate-order.ts; null: from the first one. `left`: how many there are behind the
   * key. Rests where `pace` is due.
   */
  page(after: SortKey | null, first: number, pace: Pace): Promise<Page>;
  /** What it takes in memory, about. */
  readonly bytes: number;
}

export interface Page {
  readonly candidates: readonly RankedCandidate[];
  readonly left: number;
}

/** Ranks all candidates. Rests where `pace` is due. */
export async function rankCandidates(ranked: Ranked, pace: Pace): Promise<Ranking> {
  const { representatives, resources } = ranked;
  const { frameworks, versions } = representatives;
  /** Positions in the resources, by their ids: candidates that are the same in all else come in the order of their numbers. */
  const byId = [...resources.keys()].sort((a, b) => byCodeUnits(idAt(a), idAt(b)));
  const ids = byId.map(idAt);
  const size = Math.max(1, versions.length);
  const { keys, counts } = await candidateKeysOf(ranked, byId, pace);
  return { totalCount: keys.length, counts, page, bytes: keys.byteLength };

  function idAt(resource: number): string {
    return (resources[resource] as RankedResource).id;
  }

  async function page(after: SortKey | null, first: number, pace: Pace): Promise<Page> {
    const [leastKey, leastNumber] = after === null ? [0, 0] : behind(after);
    const least = new Least(first);
    let left = 0;
    await inTurns(keys.length, pace, (start, end) => {
      for (let number = start; number < end; number += 1) {
        const key = keys[number] as number;
        if (key < leastKey || (key === leastKey && number < leastNumber)) continue;
        left += 1;
        least.add(key, number);
      }
    });
    return { candidates: least.numbers.map(candidateOf), left };
  }

  /** The least that a candidate behind the cursor has: its key, and of that key its number. */
  function behind(cursor: SortKey): readonly [key: number, number: number] {
    const after = candidateKeyOf(cursor);
    const position = firstWhere(
      versions.length,
      (at) => compareImageVersions(versions[at] ?? after, after) >= 0,
    );
    const key = after.order * size + position;
    const same = versions[position];
    if (same === undefined || compareImageVersions(same, after) !== 0) return [key, 0];
    const resource = firstWhere(ids.length, (at) => byCodeUnits(ids[at] ?? '', after.resource) >= 0);
    if (ids[resource] !== after.resource) return [key, resource * frameworks.length];
    const framework = firstWhere(
      frameworks.length,
      (at) => byCodeUnits(frameworks[at] ?? '', after.framework) > 0,
    );
    return [key, resource * frameworks.length + framework];
  }

  function candidateOf(number: number): RankedCandidate {
    const key = keys[number] as number;
    const framework = number % frameworks.length;
    const resource = byId[Math.floor(number / frameworks.length)] as number;
    const position = key % size;
    const [begin, end] = [
      representatives.begins[framework] as number,
      representatives.begins[framework + 1] as number,
    ];
    // An image represents a framework once.
    const at = representatives.positions.subarray(begin, end).indexOf(position) + begin;
    const [part, document] = [representatives.parts[at] as number, representatives.documents[at] as number];
    const name = frameworks[framework] as string;
    return {
      ...{ framework: name, resource, part, document },
      key: cursorKeyOf({
        order: (key - position) / size,
        ...(versions[position] as { version: string | null; image: string }),
        ...{ resource: idAt(resource), framework: name },
      }),
    };
  }
}

/** The first number below `count` for which that is so, where it is so for all that follow; `count`: for none. */
function firstWhere(count: number, isSo: (number: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isSo(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
