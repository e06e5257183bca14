// How many different components of one name each lab may add: a choice looks at all that share its name.
import { Column } from './column.ts';

/** So many of one name in all, and then so many more of each owner. No distribution has a tenth of it. */
const SHARE = 32_768;

export class NameShares {
  readonly #share: number;
  /** By the id of a name's text. */
  readonly #counts = new Column();
  /** By the id of a name's text that has more than all share, how many of them each owner added. */
  readonly #added = new Map<number, Map<string, number>>();

  /** @param share components of one name that all owners share, and then that each may add: 32,768 */
  constructor(share = SHARE) {
    this.#share = share;
  }

  /** What is allocated. */
  get bytes(): number {
    return this.#counts.bytes;
  }

  /** Whether the owner may add another component of the name. */
  has(name: number, owner: string): boolean {
    return (
      name >= this.#counts.length ||
      this.#counts.get(name) < this.#share ||
      (this.#added.get(name)?.get(owner) ?? 0) < this.#share
    );
  }

  /** Another component of the name was added; owner null: it was there before. */
  count(name: number, owner: string | null): void {
    this.#counts.growTo(name);
    const count = this.#counts.get(name);
    this.#counts.set(name, count + 1);
    if (count < this.#share || owner === null) return;
    const added = this.#added.get(name) ?? new Map<string, number>();
    this.#added.set(name, added.set(owner, (added.get(owner) ?? 0) + 1));
  }
}
