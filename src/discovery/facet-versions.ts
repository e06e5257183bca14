// Facets where versions are chosen or counted: a version counts with all that go on as it does, as a choice of it means
// them, and a framework counts with its own versions alone.
import { type Bits, has } from '../catalog/bitset.ts';
import { countHolders, type Holders } from '../catalog/holders.ts';
import { type VersionHolders, versionsWithin } from '../catalog/index-version.ts';
import { fold } from '../model/fold.ts';
import {
  type ComparableVersion,
  compareReleases,
  isFamily,
  parseVersionRange,
  selectVersions,
} from '../model/version-range.ts';
import { rangesIn } from './choose.ts';
import { type View, visibleValues } from './view.ts';

/** A facet's values by their folded form. */
export type Counts = Map<string, { value: string; count: number }>;

/** The holders of one version in one part of a view. */
interface Held extends VersionHolders {
  readonly part: number;
}

/** A version with its holders in all parts. */
interface Version extends ComparableVersion {
  readonly held: Held[];
}

/**
 * The versions of the selected records, and the ranges that were asked for. `frameworks`: folded names; of these alone, or for
 * null of any. `bits`: the selection, a set a part.
 */
export function countVersions(
  view: View,
  bits: readonly Bits[],
  asked: readonly string[],
  frameworks: readonly string[] | null,
): Counts {
  const versions = versionsOf(view, bits, frameworks);
  const spellings = visibleValues(view, 'versions');
  const counts: Counts = new Map();
  for (const [index, version] of versions.entries()) {
    const value = spellings.get(version.folded) ?? version.folded;
    const isAlone = !isFamily(version, versions[index - 1]) && !isFamily(version, versions[index + 1]);
    const range = isAlone ? null : parseVersionRange(value);
    const family = range === null ? [version] : selectVersions(versions, range);
    counts.set(version.folded, { value, count: countHeld(family, bits) });
  }
  for (const value of asked) {
    const range = parseVersionRange(value);
    const within = range === null ? [] : selectVersions(versions, range);
    counts.set(fold(value), { value, count: countHeld(within, bits) });
  }
  return counts;
}

function versionsOf(
  view: View,
  bits: readonly Bits[],
  frameworks: readonly string[] | null,
): readonly Version[] {
  const held = view.parts.flatMap(({ segment: { versions } }, part) => {
    const lists =
      frameworks === null ? [versions.all] : frameworks.map((name) => versions.of.get(name) ?? []);
    return lists.flatMap((list) =>
      list
        .filter((holders) => countHolders(holders, bits[part] as Bits) > 0)
        .map((holders): Held => ({ ...holders, part })),
    );
  });
  const versions: Version[] = [];
  for (const one of held.sort(compareReleases)) {
    const last = versions.at(-1);
    if (last?.folded === one.folded) last.held.push(one);
    else versions.push({ folded: one.folded, parts: one.parts, release: one.release, held: [one] });
  }
  return versions;
}

/** Each record once, however many of the versions it holds. */
function countHeld(versions: readonly Version[], bits: readonly Bits[]): number {
  const byPart = new Map<number, Holders[]>();
  for (const { held } of versions) {
    for (const one of held) byPart.set(one.part, [...(byPart.get(one.part) ?? []), one]);
  }
  let count = 0;
  for (const [part, holders] of byPart) count += countDistinct(holders, bits[part] as Bits);
  return count;
}

function countDistinct(holders: readonly Holders[], bits: Bits): number {
  const [only] = holders;
  if (only !== undefined && holders.length === 1) return countHolders(only, bits);
  return distinct(holders, bits).size;
}

function distinct(holders: Iterable<Holders>, bits: Bits): Set<number> {
  const documents = new Set<number>();
  for (const held of holders)
    for (const document of held.documents) if (has(bits, document)) documents.add(document);
  return documents;
}

/** Ranges of versions that are chosen. */
export interface ChosenVersions {
  /** Null: none is. */
  readonly only: readonly string[] | null;
  readonly except: readonly string[];
}

/** The frameworks of the selected records, each with the images that have it in one of the versions. */
export function countFrameworks(view: View, bits: readonly Bits[], { only, except }: ChosenVersions): Counts {
  const spellings = visibleValues(view, 'frameworks');
  const counts: Counts = new Map();
  for (const [index, { segment }] of view.parts.entries()) {
    const selected = bits[index] as Bits;
    const within = (ranges: readonly string[], name: string): Iterable<Holders> =>
      rangesIn(ranges).flatMap((range) => [...versionsWithin(segment.versions, range, [name])]);
    for (const framework of segment.fields.frameworks.values()) {
      const { folded } = framework;
      const documents = distinct(only === null ? [framework] : within(only, folded), selected);
      for (const { documents: others } of within(except, folded))
        for (const one of others) documents.delete(one);
      if (documents.size === 0) continue;
      const before = counts.get(folded)?.count ?? 0;
      counts.set(folded, { value: spellings.get(folded) ?? folded, count: before + documents.size });
    }
  }
  return counts;
}
