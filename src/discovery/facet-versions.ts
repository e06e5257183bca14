// Facets where versions are chosen or counted: a version counts with all that go on as it does, as a choice of it means
// them, and a framework counts with its own versions alone.
import { type Bits, countAnd, has } from '../catalog/bitset.ts';
import { addHolders, countHolders, type Holders } from '../catalog/index/holders.ts';
import { type VersionHolders, versionsWithin } from '../catalog/index/version.ts';
import { fold } from '../model/fold.ts';
import { type Pace, paced } from '../model/pace.ts';
import { sortedInTurns } from '../model/sorted.ts';
import {
  type ComparableVersion,
  compareReleases,
  isFamily,
  parseVersionRange,
  selectVersions,
  type VersionRange,
} from '../model/version-range.ts';
import { rangesIn } from './choose.ts';
import { type View, visibleSpelling, visibleValues } from './view.ts';

/** A facet's values by their folded form. */
export type Counts = Map<string, { value: string; count: number }>;

/** The records with one version in one snapshot of a view. */
interface PartHolders extends VersionHolders {
  readonly part: number;
}

/** A version with its records in all snapshots. */
interface Version extends ComparableVersion {
  readonly held: PartHolders[];
}

/**
 * The versions of the selected records with their counts, by folded version, and the ranges that were asked for
 * (`selected`), also at 0; a version counts the records of its family (5 counts 5.0.1), and a record counts once.
 * `frameworks`: folded names; versions of these alone, or for null of any. `bits`: the selection, one set per snapshot
 * of the view. A version that cannot be chosen, such as `4>`, is left out. Rests where `pace` is due, since a lab may
 * have a hundred thousand versions; never rejects.
 */
export async function countVersions(
  view: View,
  bits: readonly Bits[],
  selected: readonly string[],
  frameworks: readonly string[] | null,
  pace: Pace,
): Promise<Counts> {
  const versions = await versionsOf(view, bits, frameworks, pace);
  const counts: Counts = new Map();
  /** By range: many spellings may be one. */
  const known = new Map<string, number>();
  const countOf = (range: VersionRange): number => {
    const key = JSON.stringify(range);
    const count = known.get(key) ?? countHeld(selectVersions(versions, range), bits);
    known.set(key, count);
    return count;
  };
  await paced(versions.entries(), pace, ([index, version]) => {
    const { folded } = version;
    const value = visibleSpelling(view, 'versions', folded) ?? folded;
    if (isAlone(version, versions[index - 1], versions[index + 1])) {
      counts.set(folded, { value, count: countHeld([version], bits) });
      return;
    }
    const range = parseVersionRange(folded);
    if (range !== null) counts.set(folded, { value, count: countOf(range) });
  });
  await paced(selected, pace, (value) => {
    const range = parseVersionRange(value);
    counts.set(fold(value), { value, count: range === null ? 0 : countOf(range) });
  });
  return counts;
}

/** Whether a choice of the version can mean no other one, by those beside it; most are so, and need not be read as a range. */
function isAlone(version: Version, before: Version | undefined, next: Version | undefined): boolean {
  return !isFamily(version, before) && !isFamily(version, next) && !/[<>=≤≥]|\.[x*]$/.test(version.folded);
}

async function versionsOf(
  view: View,
  bits: readonly Bits[],
  frameworks: readonly string[] | null,
  pace: Pace,
): Promise<readonly Version[]> {
  const held: PartHolders[] = [];
  for (const [part, { snapshotIndex }] of view.parts.entries()) {
    const { all, of } = snapshotIndex.versions;
    for (const list of frameworks === null ? [all] : frameworks.map((name) => of.get(name) ?? [])) {
      await paced(list, pace, (holders) => {
        if (countHolders(holders, bits[part] as Bits) > 0) held.push({ ...holders, part });
      });
    }
  }
  const versions: Version[] = [];
  await paced(await sortedInTurns(held, pace, compareReleases), pace, (one) => {
    const last = versions.at(-1);
    if (last?.folded === one.folded) last.held.push(one);
    else versions.push({ folded: one.folded, parts: one.parts, release: one.release, held: [one] });
  });
  return versions;
}

/** The number of records with any of the versions; each record counts once. */
function countHeld(versions: readonly Version[], bits: readonly Bits[]): number {
  const [only] = versions;
  const [one, ...others] = versions.length === 1 ? (only?.held ?? []) : [];
  if (one !== undefined && others.length === 0) return countHolders(one, bits[one.part] as Bits);
  const joined = new Map<number, Bits>();
  for (const { held } of versions) {
    for (const holders of held) {
      const records = joined.get(holders.part) ?? new Uint32Array(bits[holders.part]?.length ?? 0);
      joined.set(holders.part, records);
      addHolders(records, holders);
    }
  }
  return [...joined].reduce((sum, [part, records]) => sum + countAnd(records, bits[part] as Bits), 0);
}

function distinct(holders: Iterable<Holders>, bits: Bits): Set<number> {
  const documents = new Set<number>();
  for (const held of holders)
    for (const document of held.documents) if (has(bits, document)) documents.add(document);
  return documents;
}

/** The chosen ranges of versions. */
export interface ChosenVersions {
  /** null: none is chosen. */
  readonly only: readonly string[] | null;
  readonly except: readonly string[];
}

/**
 * The frameworks of the selected records with the number of images, by folded name, that have the framework in one of
 * the chosen versions (`only`; null: in any) and in none of `except`; none at 0. `bits`: the selection, one set per
 * snapshot of the view. Rests where `pace` is due; never rejects.
 */
export async function countFrameworks(
  view: View,
  bits: readonly Bits[],
  chosen: ChosenVersions,
  pace: Pace,
): Promise<Counts> {
  const only = chosen.only === null ? null : rangesIn(chosen.only);
  const except = rangesIn(chosen.except);
  const spellings = visibleValues(view, 'frameworks');
  const counts: Counts = new Map();
  for (const [index, { snapshotIndex }] of view.parts.entries()) {
    const selected = bits[index] as Bits;
    const within = (ranges: readonly VersionRange[], name: string): Iterable<Holders> =>
      versionsWithin(snapshotIndex.versions, ranges, [name]);
    await paced(snapshotIndex.fields.frameworks.values(), pace, (framework) => {
      const { folded } = framework;
      const documents = distinct(only === null ? [framework] : within(only, folded), selected);
      for (const { documents: others } of within(except, folded))
        for (const one of others) documents.delete(one);
      if (documents.size === 0) return;
      const before = counts.get(folded)?.count ?? 0;
      counts.set(folded, { value: spellings.get(folded) ?? folded, count: before + documents.size });
    });
  }
  return counts;
}
