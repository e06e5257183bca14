// Sets of records that nothing so far tells apart, split by one property after another.
import { inTurns, type Pace } from '../model/pace.ts';

/** Entries of a table that is used instead of a map. */
const TABLE = 4_194_304;

/** A property of each record: a whole number from 0. */
export interface Property {
  /** They are below that. */
  readonly limit: number;
  readonly of: (document: number) => number;
}

/** A partition of the records of a snapshot. */
export class Refinement {
  /** By record number, the number of its set, from 0. */
  readonly of: Uint32Array;
  /** How many sets there are. */
  readonly size: number;

  private constructor(of: Uint32Array, size: number) {
    this.of = of;
    this.size = size;
  }

  /** All records in one set. */
  static ofOne(records: number): Refinement {
    return new Refinement(new Uint32Array(records), 1);
  }

  /** Those of a set that differ in the property are in different ones. Rests where `pace` is due. */
  async by({ limit, of: property }: Property, pace: Pace): Promise<Refinement> {
    const { of: before, size } = this;
    const of = new Uint32Array(before.length);
    const known =
      size * limit <= Math.min(TABLE, 8 * before.length)
        ? new Table(size * limit)
        : new Map<number, number>();
    let sets = 0;
    await inTurns(of.length, pace, (start, end) => {
      for (let document = start; document < end; document += 1) {
        const key = property(document) * size + (before[document] as number);
        let set = known.get(key);
        if (set === undefined) {
          set = sets++;
          known.set(key, set);
        }
        of[document] = set;
      }
    });
    return new Refinement(of, sets);
  }
}

/** A map of small numbers to numbers, in an array. */
class Table {
  readonly #values: Uint32Array;

  constructor(size: number) {
    this.#values = new Uint32Array(size);
  }

  get(key: number): number | undefined {
    const value = this.#values[key] as number;
    return value === 0 ? undefined : value - 1;
  }

  set(key: number, value: number): void {
    this.#values[key] = value + 1;
  }
}
