// The candidates of a question: each framework at each resource, by the best of its images there, as one number each.
import type { SortKey } from '../discovery/cursor.ts';
import { inTurns, type Pace } from '../model/pace.ts';
import { byCodeUnits } from '../model/sorted.ts';
import {
  candidateKeyOf,
  compareImageVersions,
  cursorKeyOf,
  ordersOfTallies,
  rankOfOrder,
} from './candidate-order.ts';
import { Least } from './least.ts';
import type { RankedPart, Representatives } from './representatives.ts';
import { DENIED } from './tally.ts';
import { VERDICTS, type Verdict } from './verdict.ts';

/** A resource, as the ranking of its candidates needs it. */
export interface RankedResource {
  readonly id: string;
  readonly use: boolean;
  readonly allowsUnverified: boolean;
  readonly isLocal: boolean;
  /** The tally of what no image changes. */
  readonly tally: number;
  /** By snapshot: of each class of machines, the tally. */
  readonly machine: readonly Uint8Array[];
  /** Its number among the places of {@link RankedPart.execute}. */
  readonly place: number;
}

/** What candidates are ranked by. */
export interface Ranked {
  readonly parts: readonly RankedPart[];
  readonly representatives: Representatives;
  /** By snapshot: of each class of data, the tally. */
  readonly data: readonly Uint8Array[];
  readonly resources: readonly RankedResource[];
}

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
  const keys = await keysOf(ranked, byId, pace);
  const counts: Record<Verdict, number> = { yes: 0, unknown: 0, no: 0 };
  await inTurns(keys.length, pace, (number) => {
    counts[VERDICTS[rankOfOrder(Math.floor((keys[number] as number) / size))] ?? 'no'] += 1;
  });
  return { totalCount: keys.length, counts, page, bytes: keys.byteLength };

  function idAt(resource: number): string {
    return (resources[resource] as RankedResource).id;
  }

  async function page(after: SortKey | null, first: number, pace: Pace): Promise<Page> {
    const [leastKey, leastNumber] = after === null ? [0, 0] : behind(after);
    const least = new Least(first);
    let left = 0;
    await inTurns(keys.length, pace, (number) => {
      const key = keys[number] as number;
      if (key < leastKey || (key === leastKey && number < leastNumber)) return;
      left += 1;
      least.add(key, number);
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
    // An image that is its framework's representative twice is not: its kind is one.
    const at = representatives.positions.subarray(begin, end).indexOf(position) + begin;
    const [part, document] = [representatives.parts[at] as number, representatives.documents[at] as number];
    const name = frameworks[framework] as string;
    return {
      ...{ framework: name, resource, part, document },
      key: cursorKeyOf({
        order: Math.floor(key / size),
        ...(versions[position] as { version: string | null; image: string }),
        ...{ resource: idAt(resource), framework: name },
      }),
    };
  }
}

/**
 * By candidate, its order times how many versions there are, and the position of its image among them. The number of a candidate
 * is that of its resource (`byId`) times how many frameworks there are, and that of its framework. Below 2^53 for fewer than
 * 2^35 versions.
 */
async function keysOf(ranked: Ranked, byId: readonly number[], pace: Pace): Promise<Float64Array> {
  const { representatives, parts, data, resources } = ranked;
  const { frameworks, begins, documents, orders, positions, versions } = representatives;
  const size = Math.max(1, versions.length);
  const [open, strict] = [new Uint8Array(documents.length), new Uint8Array(documents.length)];
  const machine = new Uint32Array(documents.length);
  const own = new Float64Array(documents.length);
  const offsets = offsetsOf(parts);
  await inTurns(documents.length, pace, (index) => {
    const part = representatives.parts[index] as number;
    const document = documents[index] as number;
    const { classes, standing } = parts[part] as RankedPart;
    const tally = (data[part] as Uint8Array)[classes.data.of[document] as number] as number;
    open[index] = tally + (standing.open[document] as number);
    strict[index] = tally + (standing.strict[document] as number);
    machine[index] = (offsets[part] as number) + (classes.machine.of[document] as number);
    own[index] = (orders[index] as number) * size + (positions[index] as number);
  });
  const everywhere = new Uint8Array(documents.length).fill(DENIED);
  const keys = new Float64Array(byId.length * frameworks.length);
  for (const [number, at] of byId.entries()) {
    const resource = resources[at] as RankedResource;
    const tallies = joined(resource.machine, offsets);
    const standing = resource.allowsUnverified ? open : strict;
    const denied = resource.use ? (representatives.denied[resource.place] as Uint8Array) : everywhere;
    const steps = ordersOfTallies(resource.isLocal).map((order) => order * size);
    const from = number * frameworks.length;
    await inTurns(frameworks.length, pace, (framework) => {
      const end = begins[framework + 1] as number;
      let best = Number.POSITIVE_INFINITY;
      for (let index = begins[framework] as number; index < end; index += 1) {
        const tally =
          resource.tally +
          (tallies[machine[index] as number] as number) +
          (standing[index] as number) +
          (denied[index] as number);
        const key = (steps[tally] as number) + (own[index] as number);
        if (key < best) best = key;
      }
      keys[from + framework] = best;
    });
  }
  return keys;
}

/** Where each snapshot's classes begin, in a list of those of all. */
function offsetsOf(parts: readonly RankedPart[]): readonly number[] {
  let next = 0;
  return parts.map(({ classes }) => {
    const offset = next;
    next += classes.machine.needs.length;
    return offset;
  });
}

/** The tallies of all snapshots' classes, in one list. */
function joined(tallies: readonly Uint8Array[], offsets: readonly number[]): Uint8Array {
  const all = new Uint8Array((offsets.at(-1) ?? 0) + (tallies.at(-1)?.length ?? 0));
  for (const [part, own] of tallies.entries()) all.set(own, offsets[part]);
  return all;
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
