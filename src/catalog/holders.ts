// The records that hold something, as what is fewer: their numbers, or the words of a set. Both are counted and joined
// with other sets without making one.
import { addDocuments, type Bits, bitsOf, countAnd, has, indexesOf, join } from './bitset.ts';

export interface Holders {
  /** Ascending. */
  readonly documents: Uint32Array;
  /** The same as a set; null where the numbers are fewer than its words. */
  readonly bits: Bits | null;
}

/** Of a snapshot of `size` records. */
export function holdersOf(size: number, documents: Uint32Array): Holders {
  return { documents, bits: documents.length * 32 > size ? bitsOf(size, documents) : null };
}

/** How many of them are in the set. */
export function countHolders({ documents, bits }: Holders, set: Bits): number {
  if (bits !== null) return countAnd(bits, set);
  let count = 0;
  for (let index = 0; index < documents.length; index++) {
    if (has(set, documents[index] as number)) count++;
  }
  return count;
}

/** Writes them to a set that is being built. */
export function addHolders(set: Bits, { documents, bits }: Holders): void {
  if (bits === null) addDocuments(set, documents);
  else join(set, bits);
}

/** All that one of these holds: what a value stands for that has others below it. */
export function unionOf(size: number, holders: readonly Holders[]): Holders {
  const [only] = holders;
  if (only !== undefined && holders.length === 1) return only;
  const bits = bitsOf(size, []);
  for (const one of holders) addHolders(bits, one);
  return holdersOf(size, Uint32Array.from(indexesOf(bits)));
}
