// The few least of many numbers, without sorting them all.

/** What has the least keys, of what is added in the order of its numbers. */
export class Least {
  readonly #keys: number[] = [];
  /** By key, then as they were added. */
  readonly numbers: number[] = [];
  readonly #most: number;

  /** `most`: how many are kept. */
  constructor(most: number) {
    this.#most = most;
  }

  add(key: number, number: number): void {
    const keys = this.#keys;
    const isFull = keys.length === this.#most;
    if (isFull && key >= (keys[this.#most - 1] ?? Number.NEGATIVE_INFINITY)) return;
    let at = keys.length;
    while (at > 0 && (keys[at - 1] as number) > key) at -= 1;
    if (isFull) {
      keys.pop();
      this.numbers.pop();
    }
    keys.splice(at, 0, key);
    this.numbers.splice(at, 0, number);
  }
}
