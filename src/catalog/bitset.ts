// Sets of records as bits, 32 in a word, by which visibility, choices and facets are combined and counted. They are
// plain Uint32Arrays, so that they can be stored, shared and sent between threads; only `add`, `addDocuments` and
// `join` write, and only while a set is built.

/** Record `i` is bit `i % 32` of word `i / 32`. Sets that are combined have the same size; bits beyond it are 0. */
export type Bits = Uint32Array;

/** An empty set over `size` records: one word of 32 bits for each 32 records begun. */
export function emptyBits(size: number): Bits {
  return new Uint32Array((size + 31) >>> 5);
}

/**
 * The set of these indexes, in any order, each an integer from 0 and below `size`, which is not checked, over `size` records;
 * empty for none.
 */
export function bitsOf(size: number, indexes: Iterable<number>): Bits {
  const bits = emptyBits(size);
  addDocuments(bits, indexes);
  return bits;
}

/**
 * Adds a record to a set that is being built and not shared yet. `index` must be from 0 and below the set's size; that
 * is not checked.
 */
export function add(bits: Bits, index: number): void {
  const word = index >>> 5;
  bits[word] = at(bits, word) | (1 << (index & 31));
}

/** Adds several records, unchecked as {@link add} does, by their numbers in the snapshot's index. */
export function addDocuments(bits: Bits, documents: Iterable<number>): void {
  for (const document of documents) add(bits, document);
}

/** Adds all records of another set, as {@link add} does. Throws RangeError if the numbers of words differ. */
export function join(bits: Bits, other: Bits): void {
  const length = sameLength(bits, other);
  for (let word = 0; word < length; word++) bits[word] = at(bits, word) | at(other, word);
}

/** Whether the record is in the set; false beyond its size. */
export function has(bits: Bits, index: number): boolean {
  return ((at(bits, index >>> 5) >>> (index & 31)) & 1) === 1;
}

/** A new set of the records in both. Throws RangeError if the numbers of words differ. */
export function and(a: Bits, b: Bits): Bits {
  const result = new Uint32Array(sameLength(a, b));
  for (let word = 0; word < result.length; word++) result[word] = at(a, word) & at(b, word);
  return result;
}

/** A new set of the records in `a` and not in `b`. Throws RangeError if the numbers of words differ. */
export function andNot(a: Bits, b: Bits): Bits {
  const result = new Uint32Array(sameLength(a, b));
  for (let word = 0; word < result.length; word++) result[word] = at(a, word) & ~at(b, word);
  return result;
}

/** A new set of the records in either. Throws RangeError if the numbers of words differ. */
export function or(a: Bits, b: Bits): Bits {
  const result = new Uint32Array(sameLength(a, b));
  for (let word = 0; word < result.length; word++) result[word] = at(a, word) | at(b, word);
  return result;
}

/** The number of records in the set. */
export function count(bits: Bits): number {
  let sum = 0;
  for (let word = 0; word < bits.length; word++) sum += ones(at(bits, word));
  return sum;
}

/**
 * The number of records in both sets, without making a third: the count of a facet. Throws RangeError if the sizes
 * differ.
 */
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

/** The numbers of the records in the set, ascending; for callers that may stop early. */
export function* indexesOf(bits: Bits): Generator<number, void, undefined> {
  for (let word = 0; word < bits.length; word++) {
    let left = at(bits, word);
    while (left !== 0) {
      yield (word << 5) + 31 - Math.clz32(left & -left);
      left &= left - 1;
    }
  }
}

/** A word of a set; the fallback satisfies the type checker and costs nothing once compiled. */
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
