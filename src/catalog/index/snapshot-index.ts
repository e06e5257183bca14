// The index of one snapshot: its values, words and orders, built once at ingest and never changed. After a change in
// one registry only that registry's index is built again.

import { LRUCache } from 'lru-cache';
import type { ChoiceField } from '../../model/choices.ts';
import type { ImageRecord } from '../../model/image.ts';
import { canonicalName } from '../../model/image-reference.ts';
import type { Condition } from '../../model/license.ts';
import { type Pace, paced } from '../../model/pace.ts';
import { byCodeUnits } from '../../model/sorted.ts';
import { singleAlternatives } from '../../vocabulary/license-canonical.ts';
import type { Vocabulary } from '../../vocabulary/vocabulary.ts';
import { add, type Bits, emptyBits } from '../bitset.ts';
import type { Snapshot } from '../snapshot.ts';
import { type FieldIndex, FieldIndexBuilder } from './field.ts';
import {
  compareNewest,
  compareVersionKeys,
  type FrameworkOrder,
  frameworkOrders,
  nameKey,
  ordered,
  ranked,
  ranksOf,
  type VersionKey,
  versionKey,
} from './order.ts';
import { type TextIndex, TextIndexBuilder } from './text.ts';
import { type VersionIndex, VersionIndexBuilder } from './version.ts';

/**
 * The choices with an index. `may` is not a value of a record: it comes from the decisions; components have a table of their
 * own.
 */
export type IndexedField = Exclude<ChoiceField, 'may' | 'components'>;

export interface SnapshotIndex {
  readonly snapshot: Snapshot;
  readonly fields: Readonly<Record<IndexedField, FieldIndex>>;
  /** Folded names, by record number. */
  readonly names: readonly string[];
  /** Record numbers by (name, id), (created descending, id) and (first framework, version descending, id). */
  readonly byName: Uint32Array;
  readonly byNewest: Uint32Array;
  readonly byVersion: Uint32Array;
  /** Record numbers by (first framework, version descending, name, id): the order among equally relevant records. */
  readonly byRelevance: Uint32Array;
  /** By folded framework; none for one that is the first of all its records. */
  readonly byFramework: ReadonlyMap<string, FrameworkOrder>;
  /** One bit for each record some of whose signatures could not be fetched. */
  readonly doubted: Bits;
  readonly text: TextIndex;
  readonly versions: VersionIndex;
  readonly byId: ReadonlyMap<string, number>;
  /** The record numbers of each digest and each reference, in the order of ids. */
  readonly byDigest: ReadonlyMap<string, readonly number[]>;
  /** `<name>@<digest>` and `<name>:<tag>`, with the canonical name of model/image-reference.ts. */
  readonly byReference: ReadonlyMap<string, readonly number[]>;
  readonly repositories: ReadonlySet<string>;
}

/** The licenses of a choice (OR) are read once for each expression: records share a few hundred. */
const choices = new LRUCache<string, readonly string[]>({ max: 4_096 });

/** An expression, and each license by which alone the software may be had. */
function licensesIn(expression: string): readonly string[] {
  if (!expression.includes(' OR ')) return [expression];
  let licenses = choices.get(expression);
  if (licenses === undefined) {
    licenses = [expression, ...singleAlternatives(expression)];
    choices.set(expression, licenses);
  }
  return licenses;
}

/** The values of a record that choices and facets of each field compare. */
export const FIELD_VALUES: Readonly<Record<IndexedField, (record: ImageRecord) => readonly string[]>> = {
  facilities: (record) => [record.facility],
  frameworks: (record) => record.frameworks.map((framework) => framework.name),
  versions: (record) => record.frameworks.flatMap(({ version }) => version ?? []),
  techniques: (record) => record.techniques,
  licenses: ({ license: { expression, raw } }) => {
    if (expression !== null) return licensesIn(expression);
    return raw === null ? [] : [raw];
  },
  conditions: (record) => record.license.conditions.map((condition: Condition) => condition.kind),
  groups: (record) => record.groups,
  trust: (record) => [record.trust.state],
  sharing: (record) => [record.sharing],
  suppliedBy: (record) => [record.suppliedBy],
  reads: (record) => record.reads,
  writes: (record) => record.writes,
  engines: (record) => record.requires.engines,
  platforms: (record) => record.platforms,
};

/** The fields that have an index of their values. */
export const INDEXED_FIELDS = Object.keys(FIELD_VALUES) as readonly IndexedField[];

export interface SnapshotIndexContext {
  readonly vocabulary: Vocabulary;
  /** The name of a facility by its id, which is searched for as well. */
  readonly facilityName: (id: string) => string;
}

/**
 * Builds the index of a snapshot: its words, versions, values and orders; records are named by their index in
 * `snapshot.records`. It rests where `pace` is due, so that queries are answered meanwhile. Never rejects, unless the
 * vocabulary or `facilityName` throws.
 */
export async function buildSnapshotIndex(
  snapshot: Snapshot,
  context: SnapshotIndexContext,
  pace: Pace,
): Promise<SnapshotIndex> {
  const { records } = snapshot;
  const builders = Object.fromEntries(
    INDEXED_FIELDS.map((field) => [field, new FieldIndexBuilder()]),
  ) as Record<IndexedField, FieldIndexBuilder>;
  const text = new TextIndexBuilder(context.vocabulary, context.facilityName);
  const versionIndex = new VersionIndexBuilder();
  const byId = new Map<string, number>();
  const byDigest = new Map<string, number[]>();
  const byReference = new Map<string, number[]>();
  const repositories = new Set<string>();
  const doubted = emptyBits(records.length);
  for (const [document, record] of records.entries()) {
    if (pace.due()) await pace.rest();
    for (const field of INDEXED_FIELDS) {
      for (const value of FIELD_VALUES[field](record)) builders[field].add(value, document);
    }
    if (record.trust.isDoubted) add(doubted, document);
    text.add(record, document);
    await paced(record.tags, pace, (tag) => text.addTag(tag, document));
    versionIndex.add(record, document);
    byId.set(record.id, document);
    repositories.add(record.repository);
    for (const reference of referencesOf(record)) append(byReference, reference, document);
    if (record.digest !== null) append(byDigest, record.digest, document);
  }
  // A registry may contain one digest a hundred thousand times: the list is sorted here, and not by each query.
  const byIds = (a: number, b: number): number => byCodeUnits(records[a]?.id ?? '', records[b]?.id ?? '');
  for (const lists of [byDigest, byReference]) {
    await paced(lists.values(), pace, (documents) => void documents.sort(byIds));
  }
  const names: string[] = [];
  const versions: VersionKey[] = [];
  await paced(records, pace, (record) => {
    names.push(nameKey(record));
    versions.push(versionKey(record, null));
  });
  const created = records.map((record) => record.created);
  const by = <K>(keys: readonly K[], compare: (a: K, b: K) => number): Promise<Uint32Array> =>
    ordered(records, (a, b) => compare(keys[a] as K, keys[b] as K), pace);
  const byName = await by(names, byCodeUnits);
  const byNewest = await by(created, compareNewest);
  const byVersion = await by(versions, compareVersionKeys);
  const byRelevance = await ranked(byName, ranksOf(byVersion, versions), pace);
  const fields: Partial<Record<IndexedField, FieldIndex>> = {};
  for (const field of INDEXED_FIELDS) fields[field] = await builders[field].build(records.length, pace);
  const holders = [...(fields.frameworks as FieldIndex)].map(
    ([folded, { documents }]) => [folded, documents] as const,
  );
  return Object.freeze({
    snapshot,
    doubted,
    fields: fields as Record<IndexedField, FieldIndex>,
    names,
    byName,
    byNewest,
    byVersion,
    byRelevance,
    byFramework: await frameworkOrders(records, holders, versions, names, pace),
    text: await text.build(pace),
    versions: await versionIndex.build(records.length, pace),
    byId,
    byDigest,
    byReference,
    repositories,
  });
}

/** The references of a record: its own, and one for each of its tags. */
function referencesOf(record: ImageRecord): ReadonlySet<string> {
  const suffix = record.digest ?? record.tags[0] ?? '';
  const separator = record.digest === null ? ':' : '@';
  const name = nameOf(record);
  return new Set([`${name}${separator}${suffix}`, ...record.tags.map((tag) => `${name}:${tag}`)]);
}

/** The canonical name of a record's repository, `<host>/<path>` by {@link canonicalName}, without tag and digest. */
export function nameOf({ reference, digest, tags }: ImageRecord): string {
  const suffix = digest ?? tags[0] ?? '';
  return canonicalName(reference.slice(0, reference.length - suffix.length - 1));
}

function append(map: Map<string, number[]>, key: string, document: number): void {
  const documents = map.get(key);
  if (documents === undefined) map.set(key, [document]);
  else documents.push(document);
}
