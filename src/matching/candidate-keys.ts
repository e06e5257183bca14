// The candidates of a question as numbers: each framework at each resource, by the best of its images there.
import { inTurns, type Pace } from '../model/pace.ts';
import { ORDER_OF_NO, ORDER_OF_UNKNOWN, ordersOfTallies } from './candidate-order.ts';
import type { RankedPart, Representatives } from './representatives.ts';
import { DENIED } from './tally.ts';
import type { Verdict } from './verdict.ts';

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

/** By candidate, its key; and how many have each verdict. */
export interface CandidateKeys {
  readonly keys: Float64Array;
  readonly counts: Readonly<Record<Verdict, number>>;
}

/**
 * The key of a candidate is its order times how many versions there are, and the position of its image among them: below 2^53 for fewer
 * than 2^35 versions. Its number is that of its resource in `byId` times how many frameworks there are, and that of its framework.
 * Rests where `pace` is due.
 */
export async function candidateKeysOf(
  ranked: Ranked,
  byId: readonly number[],
  pace: Pace,
): Promise<CandidateKeys> {
  const { representatives, parts, resources } = ranked;
  const { frameworks, begins, versions } = representatives;
  const size = Math.max(1, versions.length);
  const { open, strict, machine, own } = await columnsOf(ranked, size, pace);
  const [local, elsewhere] = [ordersOfTallies(true), ordersOfTallies(false)].map((orders) =>
    orders.map((order) => order * size),
  ) as [Float64Array, Float64Array];
  const [firstUnknown, firstNo] = [ORDER_OF_UNKNOWN * size, ORDER_OF_NO * size];
  const everywhere = new Uint8Array(own.length).fill(DENIED);
  const keys = new Float64Array(byId.length * frameworks.length);
  const counts = { yes: 0, unknown: 0, no: 0 };
  for (const [number, at] of byId.entries()) {
    const resource = resources[at] as RankedResource;
    const tallies = joined(resource.machine, offsetsOf(parts));
    const standing = resource.allowsUnverified ? open : strict;
    const denied = resource.use ? (representatives.denied[resource.place] as Uint8Array) : everywhere;
    const steps = resource.isLocal ? local : elsewhere;
    const { tally: always } = resource;
    const before = number * frameworks.length;
    await inTurns(frameworks.length, pace, (start, stop) => {
      for (let framework = start; framework < stop; framework += 1) {
        const end = begins[framework + 1] as number;
        let best = Number.POSITIVE_INFINITY;
        for (let index = begins[framework] as number; index < end; index += 1) {
          const image = (tallies[machine[index] as number] as number) + (standing[index] as number);
          const key = (steps[always + image + (denied[index] as number)] as number) + (own[index] as number);
          if (key < best) best = key;
        }
        keys[before + framework] = best;
        if (best < firstUnknown) counts.yes += 1;
        else if (best < firstNo) counts.unknown += 1;
        else counts.no += 1;
      }
    });
  }
  return { keys, counts };
}

/** By representative. */
interface Columns {
  /** The tally of what no machine changes, where images without a verified signature may run, and where not. */
  readonly open: Uint8Array;
  readonly strict: Uint8Array;
  /** The class that machines are asked about, where those of all snapshots are in one list. */
  readonly machine: Uint32Array;
  /** The part of its key that no tally changes. */
  readonly own: Float64Array;
}

async function columnsOf(
  { representatives, parts, data }: Ranked,
  size: number,
  pace: Pace,
): Promise<Columns> {
  const { documents, orders, positions } = representatives;
  const [open, strict] = [new Uint8Array(documents.length), new Uint8Array(documents.length)];
  const machine = new Uint32Array(documents.length);
  const own = new Float64Array(documents.length);
  const offsets = offsetsOf(parts);
  await inTurns(documents.length, pace, (start, end) => {
    for (let index = start; index < end; index += 1) {
      const part = representatives.parts[index] as number;
      const document = documents[index] as number;
      const { classes, standing } = parts[part] as RankedPart;
      const tally = (data[part] as Uint8Array)[classes.data.of[document] as number] as number;
      open[index] = tally + (standing.open[document] as number);
      strict[index] = tally + (standing.strict[document] as number);
      machine[index] = (offsets[part] as number) + (classes.machine.of[document] as number);
      own[index] = (orders[index] as number) * size + (positions[index] as number);
    }
  });
  return { open, strict, machine, own };
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
