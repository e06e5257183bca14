// The records that have a value, in the smaller of two forms: a list of their numbers, or a bitset. Both can be counted
// in and added to other sets without converting them.
import { addDocuments, type Bits, bitsOf, countAnd, has, indexesOf, join } from '../bitset.ts';

export interface Holders {
  /** Numbers of the records, ascending. */
  readonly documents: Uint32Array;
  /** The same records as a set; null if there are fewer records than words of the set. */
  readonly bits: Bits | null;
}

/**
 * The records with these numbers (ascending, each once and below `size`, none of which is checked), in a snapshot of `size`
 * records: also as a set where they are more than a 32nd of them.
 */
export function holdersOf(size: number, documents: Uint32Array): Holders {
  return { documents, bits: documents.length * 32 > size ? bitsOf(size, documents) : null };
}

/**
 * The number of these records that are in the set. Throws RangeError for a set of another size, where these are a set.
 */
export function countHolders({ documents, bits }: Holders, set: Bits): number {
  if (bits !== null) return countAnd(bits, set);
  let count = 0;
  for (let index = 0; index < documents.length; index++) {
    if (has(set, documents[index] as number)) count++;
  }
  return count;
}

/**
 * Adds these records to a set that is being built. Throws RangeError for a set of another size, where these are a set.
 */
export function addHolders(set: Bits, { documents, bits }: Holders): void {
  if (bits === null) addDocuments(set, documents);
  else join(set, bits);
}

/**
 * The records that any of them holds, each once, in a snapshot of `size` records: for a value that includes narrower
 * ones. No records for no holders; a single one is given as it is. Throws as {@link addHolders} does.
 */
export function unionOf(size: number, holders: readonly Holders[]): Holders {
  const [only] = holders;
  if (only !== undefined && holders.length === 1) return only;
  const bits = bitsOf(size, []);
  for (const one of holders) addHolders(bits, one);
  return holdersOf(size, Uint32Array.from(indexesOf(bits)));
}
