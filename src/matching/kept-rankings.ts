// What is kept of rankings, within a bound of bytes, and nothing of snapshots that were replaced.
import { LRUCache } from 'lru-cache';
import type { SnapshotIndex } from '../catalog/index/snapshot-index.ts';
import type { Ranked } from './candidate-keys.ts';
import type { Ranking } from './rank.ts';
import type { RankedPart, Representatives } from './representatives.ts';

/** What a question selects, whatever the data and the job are. */
export interface Selection {
  readonly parts: readonly RankedPart[];
  readonly representatives: Representatives;
}

/** A ranking, and what it was made of. */
export interface KeptRanking {
  readonly ranking: Ranking;
  readonly ranked: Ranked;
}

/** Bytes of a version and its id, without the texts, which are the records'. */
const VERSION = 48;
/** Bytes that an array takes beside its numbers: a federation of few images has more of them than numbers. */
const ARRAY = 224;
/** Bytes of a resource's own, and of what else there is once. */
const RESOURCE = 256;
const OVERHEAD = 1_024;

/** Values by key; the least recently used are dropped first. */
export class KeptRankings<Value extends object> {
  readonly #values: LRUCache<string, { readonly value: Value; readonly of: readonly SnapshotIndex[] }>;

  /** `bytes`: of all together, as `bytesOf` says them. */
  constructor(bytes: number, bytesOf: (value: Value) => number) {
    this.#values = new LRUCache({
      maxSize: bytes,
      sizeCalculation: ({ value }, key) => bytesOf(value) + 2 * key.length,
    });
  }

  get(key: string): Value | undefined {
    return this.#values.get(key)?.value;
  }

  /** `parts`: what it was made of; `current`: the snapshots of now. What is of others is dropped: it would keep their records. */
  set(key: string, value: Value, parts: readonly RankedPart[], current: ReadonlySet<SnapshotIndex>): void {
    for (const [other, { of }] of this.#values.entries()) {
      if (!of.every((index) => current.has(index))) this.#values.delete(other);
    }
    this.#values.set(key, { value, of: parts.map(({ selected }) => selected.part.snapshotIndex) });
  }
}

/** What a selection takes in memory, about. */
export function bytesOfSelection({ parts, representatives }: Selection): number {
  const { begins, documents, orders, positions, versions, denied } = representatives;
  const columns = [begins, representatives.parts, documents, orders, positions, ...denied];
  const selected = parts.flatMap(({ selected: { bits, preferred } }) => [bits, preferred ?? bits]);
  return OVERHEAD + bytesOf([...columns, ...selected]) + versions.length * VERSION;
}

/** As {@link bytesOfSelection}, of a ranking with the selection that it was made of. */
export const bytesOfRanking = ({ ranking, ranked }: KeptRanking): number =>
  ranking.bytes +
  bytesOfSelection(ranked) +
  ranked.resources.length * RESOURCE +
  bytesOf([...ranked.data, ...ranked.resources.flatMap(({ machine }) => machine)]);

const bytesOf = (arrays: readonly { readonly byteLength: number }[]): number =>
  arrays.reduce((sum, { byteLength }) => sum + ARRAY + byteLength, 0);
