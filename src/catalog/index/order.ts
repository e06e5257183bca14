// Orders that do not depend on the caller or the choices, computed once for each snapshot: by name, newest, and
// version.

import { BOUNDS } from '../../model/bounds.ts';
import { fold } from '../../model/fold.ts';
import type { ImageRecord } from '../../model/image.ts';
import { type Pace, paced } from '../../model/pace.ts';
import { byCodeUnits, sortedInTurns } from '../../model/sorted.ts';
import { compareVersionParts, type VersionPart, versionParts } from '../../model/version.ts';
import { releaseParts } from '../../model/version-range.ts';

/**
 * The sort key of NAME: title, else repository, case-folded, and cut to the maximum length of a title, 512 UTF-16
 * units. Folding can turn one character into eighteen, and cursors contain the key.
 */
export function nameKey(record: ImageRecord): string {
  return fold(record.title ?? record.repository).slice(0, BOUNDS.title);
}

/**
 * The sort key of VERSION: a record's first framework (alphabetically, of those chosen) and its newest version of it.
 */
export interface VersionKey {
  readonly framework: string | null;
  readonly version: string | null;
}

const NO_VERSION: VersionKey = { framework: null, version: null };

/**
 * The sort key of a record, (folded framework, version): the first of its frameworks by {@link compareVersionKeys};
 * both null where it has none. `wanted`: the chosen frameworks by their folded names; null: all.
 */
export function versionKey(record: ImageRecord, wanted: ReadonlySet<string> | null): VersionKey {
  let best = NO_VERSION;
  for (const framework of record.frameworks) {
    const name = fold(framework.name);
    if (wanted !== null && !wanted.has(name)) continue;
    const key = { framework: name, version: framework.version };
    if (best.framework === null || compareVersionKeys(key, best) < 0) best = key;
  }
  return best;
}

/**
 * Compares by framework ascending, then version descending, then the raw string; null is last in both. Negative if `a`
 * is first, 0 if they are equal.
 */
export function compareVersionKeys(a: VersionKey, b: VersionKey): number {
  return compareNullable(a.framework, b.framework) || compareVersionsDescending(a.version, b.version);
}

/**
 * Compares versions, the newest first, then by the raw string in code units; null is last. Negative if `a` is first, 0
 * if they are equal.
 */
export function compareVersionsDescending(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return compareVersionParts(partsOf(b), partsOf(a)) || (a < b ? -1 : 1);
}

/** Compares by UTF-16 code units; null is last. Negative if `a` is first, 0 if they are equal. */
export function compareNullable(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -1 : 1;
}

/**
 * Compares times, the latest first; null is last. Negative if `a` is first, 0 if they are equal. Both are RFC 3339 in
 * UTC of one precision, so that text order is time order.
 */
export function compareNewest(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? 1 : -1;
}

const MAX_PARSED = 20_000;
const parsed = new Map<string, readonly (number | string)[]>();

function partsOf(version: string): readonly (number | string)[] {
  let parts = parsed.get(version);
  if (parts === undefined) {
    parts = releaseParts(versionParts(version));
    if (parsed.size >= MAX_PARSED) parsed.clear();
    parsed.set(version, parts);
  }
  return parts;
}

/**
 * The record numbers in the order of `compare`, which gets two of them, then of the ids. Rests where `pace` is due; rejects
 * only with what `compare` throws.
 */
export async function ordered(
  records: readonly ImageRecord[],
  compare: (a: number, b: number) => number,
  pace: Pace,
): Promise<Uint32Array> {
  const id = (document: number): string => (records[document] as ImageRecord).id;
  const documents = await sortedInTurns(
    records.keys(),
    pace,
    (a, b) => compare(a, b) || byCodeUnits(id(a), id(b)),
  );
  return Uint32Array.from(documents);
}

/** The records of one framework by its own version, newest first: those of one version by (name, id), and by id. */
export interface FrameworkOrder {
  readonly byRelevance: Uint32Array;
  readonly byVersion: Uint32Array;
}

/**
 * The order of each framework that is not the first one of all its records; of the others the orders by the first framework
 * are their own. `documents`: record numbers by folded framework; `versions`, `names`: by record number. Rests where `pace` is
 * due, and never rejects.
 */
export async function frameworkOrders(
  records: readonly ImageRecord[],
  documents: Iterable<readonly [string, Uint32Array]>,
  versions: readonly VersionKey[],
  names: readonly string[],
  pace: Pace,
): Promise<ReadonlyMap<string, FrameworkOrder>> {
  const orders = new Map<string, FrameworkOrder>();
  for (const [framework, holders] of documents) {
    if (pace.due()) await pace.rest();
    if (holders.every((document) => versions[document]?.framework === framework)) continue;
    const wanted = new Set([framework]);
    const keyed: { document: number; version: string | null; parts: readonly VersionPart[] }[] = [];
    await paced(holders, pace, (document) => {
      const { version } = versionKey(records[document] as ImageRecord, wanted);
      keyed.push({ document, version, parts: version === null ? [] : releaseParts(versionParts(version)) });
    });
    type Keyed = (typeof keyed)[number];
    const byVersion = (a: Keyed, b: Keyed): number => {
      if (a.version === null || b.version === null) return compareVersionsDescending(a.version, b.version);
      return compareVersionParts(b.parts, a.parts) || byCodeUnits(a.version, b.version);
    };
    const byId = (a: Keyed, b: Keyed): number =>
      byCodeUnits(records[a.document]?.id ?? '', records[b.document]?.id ?? '');
    const byName = (a: Keyed, b: Keyed): number =>
      byCodeUnits(names[a.document] ?? '', names[b.document] ?? '');
    const inOrder = async (compare: (a: Keyed, b: Keyed) => number): Promise<Uint32Array> =>
      Uint32Array.from(await sortedInTurns(keyed, pace, compare), ({ document }) => document);
    orders.set(framework, {
      byRelevance: await inOrder((a, b) => byVersion(a, b) || byName(a, b) || byId(a, b)),
      byVersion: await inOrder((a, b) => byVersion(a, b) || byId(a, b)),
    });
  }
  return orders;
}

/**
 * The rank of each record, from 0, in an order of version keys (`byVersion`: record numbers), by record number; equal
 * keys have one rank.
 */
export function ranksOf(byVersion: Uint32Array, versions: readonly VersionKey[]): Uint32Array {
  const ranks = new Uint32Array(byVersion.length);
  let rank = 0;
  let before: VersionKey | undefined;
  for (const document of byVersion) {
    const key = versions[document] as VersionKey;
    if (before !== undefined && compareVersionKeys(before, key) !== 0) rank += 1;
    ranks[document] = rank;
    before = key;
  }
  return ranks;
}

/**
 * The record numbers by rank (`ranks`: by record number), the lowest first; those of equal rank stay in their order.
 * Rests where `pace` is due, and never rejects.
 */
export async function ranked(documents: Uint32Array, ranks: Uint32Array, pace: Pace): Promise<Uint32Array> {
  return Uint32Array.from(await sortedInTurns(documents, pace, (a, b) => (ranks[a] ?? 0) - (ranks[b] ?? 0)));
}
