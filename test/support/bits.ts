// Sets of records for tests.
import { type Bits, bitsOf } from '../../src/catalog/bitset.ts';

/** All records of a snapshot of this size. */
export function allBits(size: number): Bits {
  return bitsOf(
    size,
    Array.from({ length: size }, (_, document) => document),
  );
}
