// A list of numbers that grows without being copied: in pages outside of the heap, which no garbage collection walks.

const BITS = 13;
const PAGE = 1 << BITS;

/** Whole numbers from 0 to 2^32 - 1, by their index. */
export class Column {
  readonly #pages: Uint32Array[] = [];
  #length = 0;

  /** How many numbers there are. */
  get length(): number {
    return this.#length;
  }

  /** Bytes that are allocated. */
  get bytes(): number {
    return this.#pages.length * PAGE * Uint32Array.BYTES_PER_ELEMENT;
  }

  /** Appends a number and gives its index. */
  push(value: number): number {
    const index = this.#length;
    if (index >>> BITS === this.#pages.length) this.#pages.push(new Uint32Array(PAGE));
    this.#length += 1;
    this.set(index, value);
    return index;
  }

  /** Appends zeros until there is a number at the index. */
  growTo(index: number): void {
    while (this.#length <= index) this.push(0);
  }

  /** The number at an index from 0 to before {@link length}; another index is not looked for. */
  get(index: number): number {
    return (this.#pages[index >>> BITS] as Uint32Array)[index & (PAGE - 1)] as number;
  }

  /** Replaces the number at an index from 0 to before {@link length}. */
  set(index: number, value: number): void {
    (this.#pages[index >>> BITS] as Uint32Array)[index & (PAGE - 1)] = value;
  }
}
