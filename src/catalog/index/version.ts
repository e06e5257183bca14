// The ordered versions of a snapshot's frameworks, each with the records that have it, to select the records of a range
// of versions, of one framework or of any.
import { fold } from '../../model/fold.ts';
import type { ImageRecord } from '../../model/image.ts';
import { type Pace, paced } from '../../model/pace.ts';
import { sortedInTurns } from '../../model/sorted.ts';
import {
  type ComparableVersion,
  comparableVersion,
  compareReleases,
  selectAny,
  type VersionRange,
} from '../../model/version-range.ts';
import { type Holders, holdersOf } from './holders.ts';

/** A version without regard to case, and the records that have it. */
export type VersionHolders = ComparableVersion & Holders;

/** Lists in the order of `compareReleases`. */
export interface VersionIndex {
  /** The versions of any framework. */
  readonly all: readonly VersionHolders[];
  /** The versions of each framework, by its folded name. */
  readonly of: ReadonlyMap<string, readonly VersionHolders[]>;
}

/**
 * The versions that any of the ranges selects, with their records: of the folded frameworks or, for null, of any. A
 * version that several of these frameworks have comes once for each, and it may come twice where ranges overlap (see
 * {@link selectAny}); no range, or no framework, selects none.
 */
export function* versionsWithin(
  { all, of }: VersionIndex,
  ranges: readonly VersionRange[],
  frameworks: Iterable<string> | null,
): Generator<VersionHolders> {
  if (frameworks === null) yield* selectAny(all, ranges);
  else for (const framework of frameworks) yield* selectAny(of.get(framework) ?? [], ranges);
}

/** Folded version → record numbers, ascending. */
type Growing = Map<string, number[]>;

/** Collects the versions of records, which must be added in ascending order of their numbers. */
export class VersionIndexBuilder {
  readonly #all: Growing = new Map();
  readonly #of = new Map<string, Growing>();

  /** Adds the versions of all frameworks of a record; a framework without a version has none. */
  add(record: ImageRecord, document: number): void {
    for (const { name, version } of record.frameworks) {
      if (version === null) continue;
      const folded = fold(version);
      const framework = fold(name);
      const versions = this.#of.get(framework) ?? new Map();
      this.#of.set(framework, versions);
      hold(versions, folded, document);
      hold(this.#all, folded, document);
    }
  }

  /**
   * Builds the index of a snapshot of `size` records, and rests when the pace says so. Nothing may be added afterwards.
   */
  async build(size: number, pace: Pace): Promise<VersionIndex> {
    const all = new Map<string, VersionHolders>();
    await paced(this.#all, pace, ([version, documents]) => {
      all.set(version, { ...comparableVersion(version), ...holdersOf(size, Uint32Array.from(documents)) });
    });
    const of = new Map<string, readonly VersionHolders[]>();
    for (const [framework, versions] of this.#of) {
      const holders: VersionHolders[] = [];
      await paced(versions, pace, ([version, documents]) => {
        const any = all.get(version) as VersionHolders;
        // Most versions belong to one framework only.
        const isAll = any.documents.length === documents.length;
        holders.push(isAll ? any : { ...any, ...holdersOf(size, Uint32Array.from(documents)) });
      });
      of.set(framework, await sortedInTurns(holders, pace, compareReleases));
    }
    return { all: await sortedInTurns(all.values(), pace, compareReleases), of };
  }
}

function hold(versions: Growing, version: string, document: number): void {
  const documents = versions.get(version);
  if (documents === undefined) versions.set(version, [document]);
  else if (documents.at(-1) !== document) documents.push(document);
}
