// Counts the uses of each verdict since the last entry: a line for each request would contain no more.
import type { WallClock } from '../../model/clock.ts';
import { type Use, useBytes } from './entry.ts';
import type { JudgedSnapshot } from './log.ts';

/** Bytes of the entries that are collected before they are passed on, estimated. */
const MAX_BYTES = 1_048_576;

/** Collects uses, within {@link MAX_BYTES} (1 MiB, estimated). */
export class Uses {
  readonly #clock: WallClock;
  readonly #report: (uses: readonly Use[]) => void;
  /** Weak, so that counting does not keep a verdict in memory. */
  #counted = new WeakMap<object, { count: number }>();
  #uses: (Use & { count: number })[] = [];
  #bytes = 0;

  /** `report` gets the uses at each {@link flush}, and before one that would exceed the bound. */
  constructor(clock: WallClock, report: (uses: readonly Use[]) => void) {
    this.#clock = clock;
    this.#report = report;
  }

  /** Counts one use; `describe` is called for the first use since the last flush. */
  add(verdict: object, describe: () => JudgedSnapshot): void {
    const known = this.#counted.get(verdict);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    const judged = describe();
    const bytes = useBytes(judged);
    if (this.#bytes + bytes > MAX_BYTES) this.flush();
    const use = { judged, since: this.#clock.wall(), count: 1 };
    this.#counted.set(verdict, use);
    this.#uses.push(use);
    this.#bytes += bytes;
  }

  /** Passes on the uses since the last flush, if there are any. */
  flush(): void {
    if (this.#uses.length === 0) return;
    const uses = this.#uses;
    this.#uses = [];
    this.#bytes = 0;
    this.#counted = new WeakMap();
    this.#report(uses);
  }
}
