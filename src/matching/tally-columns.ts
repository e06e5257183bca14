// What a rule says of each value of what it reads of images, as tallies that are kept: questions and machines have much in common.
import { LRUCache } from 'lru-cache';
import { inTurns, type Pace, paced } from '../model/pace.ts';
import type { Aspect } from './needs-aspects.ts';
import { tallyOf } from './tally.ts';
import type { Outcome } from './verdict.ts';

/** Bytes of all that is kept, about. */
const KEPT = 33_554_432;
/** Bytes that a column takes beside its values. */
const OVERHEAD = 256;

/** Lists of tallies by key; the least recently used are dropped first. */
export class TallyColumns {
  readonly #kept = new LRUCache<string, Uint8Array>({
    maxSize: KEPT,
    sizeCalculation: (column, key) => column.length + 2 * key.length + OVERHEAD,
  });

  /** The list of a key of `owner`, made where it is not kept. Its readers never write to it. */
  async of(owner: object, key: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const name = `${serialOf(owner)} ${key}`;
    const known = this.#kept.get(name);
    if (known !== undefined) return known;
    const made = await make();
    this.#kept.set(name, made);
    return made;
  }

  /**
   * Adds to the sum of each class what the rule says of its images. `key`: all that `judge` follows from besides the aspect's value. Rests
   * where `pace` is due.
   */
  async add<Part>(
    sum: Uint8Array,
    aspect: Aspect<Part>,
    key: string,
    judge: (part: Part) => Pick<Outcome, 'verdict'>,
    pace: Pace,
  ): Promise<void> {
    const { of, values } = aspect;
    const column = await this.of(aspect, key, async () => {
      const made = new Uint8Array(values.length);
      await paced(values.entries(), pace, ([number, part]) => {
        made[number] = tallyOf([judge(part)]);
      });
      return made;
    });
    await inTurns(sum.length, pace, (start, end) => {
      for (let index = start; index < end; index += 1) {
        sum[index] = (sum[index] as number) + (column[of[index] as number] as number);
      }
    });
  }
}

const serials = new WeakMap<object, number>();
let lastSerial = 0;

/** A number of the owner's own: a key that were the owner would keep its snapshot. */
function serialOf(owner: object): number {
  const known = serials.get(owner) ?? ++lastSerial;
  serials.set(owner, known);
  return known;
}
