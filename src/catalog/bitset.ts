// Sets of records as bits, 32 a word: how visibility, choices and facets are joined and counted. Plain Uint32Arrays,
// so that they can be kept, shared and sent between threads as they are; only `add`, `addDocuments` and `join` write, and
// only while a set is built.

/** Record `i` is bit `i % 32` of word `i / 32`. Sets that are joined have the same size; bits beyond it are 0. */
export type Bits = Uint32Array;

/** An empty set over `size` records. */
export function emptyBits(size: number): Bits {
  return new Uint32Array((size + 31) >>> 5);
}

/** The set of these indexes, each below `size`. */
export function bitsOf(size: number, indexes: Iterable<number>): Bits {
  const bits = emptyBits(size);
  addDocuments(bits, indexes);
  return bits;
}

/** Writes: for a set that is being built and that nobody else has yet. */
export function add(bits: Bits, index: number): void {
  const word = index >>> 5;
  bits[word] = at(bits, word) | (1 << (index & 31));
}

/** Writes, as {@link add} does: all of these documents, as the index of a snapshot lists them. */
export function addDocuments(bits: Bits, documents: Iterable<number>): void {
  for (const document of documents) add(bits, document);
}

/** Writes, as {@link add} does: all of another set of the same size. */
export function join(bits: Bits, other: Bits): void {
  const length = sameLength(bits, other);
  for (let word = 0; word < length; word++) bits[word] = at(bits, word) | at(other, word);
}

export function has(bits: Bits, index: number): boolean {
  return ((at(bits, index >>> 5) >>> (index & 31)) & 1) === 1;
}

/** A new set: in both. */
export function and(a: Bits, b: Bits): Bits {
  const result = new Uint32Array(sameLength(a, b));
  for (let word = 0; word < result.length; word++) result[word] = at(a, word) & at(b, word);
  return result;
}

/** A new set: in `a` and not in `b`. */
export function andNot(a: Bits, b: Bits): Bits {
  const result = new Uint32Array(sameLength(a, b));
  for (let word = 0; word < result.length; word++) result[word] = at(a, word) & ~at(b, word);
  return result;
}

/** A new set: in either. */
export function or(a: Bits, b: Bits): Bits {
  const result = new Uint32Array(sameLength(a, b));
  for (let word = 0; word < result.length; word++) result[word] = at(a, word) | at(b, word);
  return result;
}

/** How many are in the set. */
export function count(bits: Bits): number {
  let sum = 0;
  for (let word = 0; word < bits.length; word++) sum += ones(at(bits, word));
  return sum;
}

/** How many are in both, without making the set: what a facet's count is. */
export function countAnd(a: Bits, b: Bits): number {
  let sum = 0;
  const length = sameLength(a, b);
  for (let word = 0; word < length; word++) sum += ones(at(a, word) & at(b, word));
  return sum;
}

/** Calls `visit` with each index of the set, ascending. */
export function forEachBit(bits: Bits, visit: (index: number) => void): void {
  for (let word = 0; word < bits.length; word++) {
    let left = at(bits, word);
    while (left !== 0) {
      visit((word << 5) + 31 - Math.clz32(left & -left));
      left &= left - 1;
    }
  }
}

/** The indexes of the set, ascending; for callers that may stop early. */
export function* indexesOf(bits: Bits): Generator<number, void, undefined> {
  for (let word = 0; word < bits.length; word++) {
    let left = at(bits, word);
    while (left !== 0) {
      yield (word << 5) + 31 - Math.clz32(left & -left);
      left &= left - 1;
    }
  }
}

/** Word of a set; a typed array has no holes, so the fallback is never taken and costs nothing once compiled. */
function at(bits: Bits, word: number): number {
  return bits[word] ?? 0;
}

function sameLength(a: Bits, b: Bits): number {
  if (a.length !== b.length)
    throw new RangeError(`sets of ${a.length} and ${b.length} words cannot be joined`);
  return a.length;
}

/** Population count of 32 bits (Warren, Hacker's Delight, 5-1). */
function ones(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
