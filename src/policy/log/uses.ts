// How often each verdict was used since the last time it was told: a count, since a line a question would tell no more.
import type { WallClock } from '../../model/clock.ts';
import { type Use, useBytes } from './entry.ts';
import type { JudgedSnapshot } from './log.ts';

/** Bytes of the entries of one telling, about; so much is kept between two. */
const MOST_BYTES = 1_048_576;

export class Uses {
  readonly #clock: WallClock;
  readonly #tell: (uses: readonly Use[]) => void;
  /** Weak, so that what is counted is not kept for it. */
  #counted = new WeakMap<object, { count: number }>();
  #uses: (Use & { count: number })[] = [];
  #bytes = 0;

  /** `tell` is called with those of {@link flush}, and before they take too much. */
  constructor(clock: WallClock, tell: (uses: readonly Use[]) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  add(verdict: object, tell: () => JudgedSnapshot): void {
    const known = this.#counted.get(verdict);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    const judged = tell();
    const bytes = useBytes(judged);
    if (this.#bytes + bytes > MOST_BYTES) this.flush();
    const use = { judged, since: this.#clock.wall(), count: 1 };
    this.#counted.set(verdict, use);
    this.#uses.push(use);
    this.#bytes += bytes;
  }

  flush(): void {
    if (this.#uses.length === 0) return;
    const uses = this.#uses;
    this.#uses = [];
    this.#bytes = 0;
    this.#counted = new WeakMap();
    this.#tell(uses);
  }
}
