// How often each verdict was used since the last time it was told: a count, since a line a question would tell no more.
import type { Use } from './entry.ts';
import type { JudgedSnapshot } from './log.ts';

/** Verdicts of one telling. */
const MOST = 1_024;

export class Uses {
  readonly #now: () => number;
  readonly #tell: (uses: readonly Use[]) => void;
  /** Weak, so that what is counted is not kept for it. */
  #counted = new WeakMap<object, { count: number }>();
  #uses: (Use & { count: number })[] = [];

  /** `tell` is called with those of {@link flush}, and before they are too many. */
  constructor(now: () => number, tell: (uses: readonly Use[]) => void) {
    this.#now = now;
    this.#tell = tell;
  }

  add(verdict: object, tell: () => JudgedSnapshot): void {
    const known = this.#counted.get(verdict);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    if (this.#uses.length >= MOST) this.flush();
    const use = { judged: tell(), since: this.#now(), count: 1 };
    this.#counted.set(verdict, use);
    this.#uses.push(use);
  }

  flush(): void {
    if (this.#uses.length === 0) return;
    const uses = this.#uses;
    this.#uses = [];
    this.#counted = new WeakMap();
    this.#tell(uses);
  }
}
