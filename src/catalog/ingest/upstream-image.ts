// One node of a registry: registry.graphql's Image, every field checked, bounded and cleaned; null is "not said". What
// the words mean is for the rest of ingest. Written by hand and not by a schema of zod, which takes six to ten times
// as long, and lists all that is wrong where one reason is enough to refuse (docs/decisions/0011-fields-as-data.md).
import { BOUNDS } from '../../model/bounds.ts';
import { DIGEST_FORM, isDigest } from '../../model/digest.ts';
import type { Field, StatedFramework, StatedValues } from '../../model/field.ts';
import { canonicalGroup } from '../../model/group.ts';
import {
  type Attachments,
  type EnvironmentVariable,
  type PlatformManifest,
  SHARINGS,
  type Sharing,
  SUPPLIERS,
  type Supplier,
} from '../../model/image.ts';
import { DESCRIPTIVE_FIELDS, type DescriptiveField } from '../../model/image-fields.ts';
import { CONDITION_KINDS, type Condition } from '../../model/license.ts';
import { sortedSet } from '../../model/sorted.ts';
import { MAX_DROPPED } from '../../sources/oci/labels.ts';
import { readAttachments } from './attachments.ts';
import { makeCondition } from './conditions.ts';
import {
  Broken,
  mistyped,
  readAmount,
  readFlag,
  readLine,
  readLines,
  readList,
  readObject,
  readProse,
  readWord,
  type Unproven,
} from './fields.ts';

/** What describes the image, as it was said. */
export type StatedDescription = StatedValues<typeof DESCRIPTIVE_FIELDS>;

/** What a registry says of an image beyond its name. null: not said. */
export interface UpstreamImage extends StatedDescription {
  readonly license: string | null;
  readonly conditions: readonly Condition[] | null;
  readonly sharing: Sharing | null;
  readonly listed: boolean | null;
  readonly suppliedBy: Supplier | null;
  /** Canonical. */
  readonly groups: readonly string[] | null;
  /** In order: the first describes before the others, and each of them restricts. At least one. */
  readonly labels: Labels;
  readonly labelsBehind: readonly Labels[];
  /** Names of labels that the source left out, since nobody reads them and they are beyond the bounds, or that have several values. */
  readonly droppedLabels: readonly string[];
  readonly manifests: readonly PlatformManifest[];
  readonly environment: readonly EnvironmentVariable[];
  /** Whether its index has attestations. */
  readonly attested: boolean;
  readonly attachments: Attachments;
}

type Labels = Readonly<Record<string, string>>;

/** The reading of a field's value, which throws {@link Broken} with the field's path. */
type Read<T = unknown> = (value: unknown) => T;

const { requires, ...DESCRIBING } = mapFields(DESCRIPTIVE_FIELDS, readerOf) as {
  readonly [F in DescriptiveField]: Read<StatedDescription[F]>;
};

/** In the order of reading: the first field that is broken is the reason. */
const READERS: { readonly [F in keyof ContractImage]: Read<ContractImage[F]> } = {
  ...DESCRIBING,
  license: (value) => readLine(value, 'license', BOUNDS.license),
  conditions: (value) => readList(value, 'conditions', BOUNDS.conditions, readCondition),
  sharing: (value) => readWord(value, 'sharing', SHARINGS),
  listed: (value) => readFlag(value, 'listed'),
  suppliedBy: (value) => readWord(value, 'suppliedBy', SUPPLIERS),
  groups: (value) => readGroups(value, 'groups', BOUNDS.groups),
  requires,
};

/** What registry.graphql has of an image beside its name and its labels. */
type ContractImage = Omit<
  UpstreamImage,
  'labels' | 'labelsBehind' | 'droppedLabels' | 'manifests' | 'environment' | 'attested' | 'attachments'
>;

const readEach = readerOfEach(READERS);

/**
 * What a registry states about an image, each field within {@link BOUNDS}, and null where it says nothing; `labels` and
 * what a source adds of its own (`labelsBehind`, `droppedLabels`, `manifests`, `environment`, `attachments`) are empty then, and
 * `attested` is false. Throws {@link Broken} with the first field that breaks the contract, and the reason.
 */
export function readUpstreamImage(node: Unproven): UpstreamImage {
  const image = readEach(node) as unknown as ContractImage;
  const sets = readList(node.labelSets, 'labelSets', BOUNDS.labelSets, readLabels);
  const [labels = {}, ...labelsBehind] = sets ?? [readLabels(node.labels, 'labels')];
  return {
    ...image,
    labels,
    labelsBehind,
    droppedLabels: readLines(node.droppedLabels, 'droppedLabels', MAX_DROPPED, BOUNDS.labelName) ?? [],
    manifests: readList(node.manifests, 'manifests', BOUNDS.manifests, readManifest) ?? [],
    environment: readList(node.environment, 'environment', BOUNDS.environment, readVariable) ?? [],
    attested: readFlag(node.attested, 'attested') ?? false,
    attachments: readAttachments(node),
  };
}

/** null where the value was not said. */
function readerOf(field: Field, at: string): Read {
  switch (field.kind) {
    case 'line':
    case 'name':
      return (value) => readLine(value, at, field.max);
    case 'prose':
      return (value) => readProse(value, at, field.max);
    case 'url':
      return (value) => readLine(value, at, BOUNDS.url);
    case 'time':
      return (value) => readLine(value, at, BOUNDS.version);
    case 'amount':
    case 'count':
      return (value) => readAmount(value, at);
    case 'names':
    case 'terms':
      return (value) => readLines(value, at, field.max, BOUNDS.name);
    case 'frameworks':
      return (value) => readList(value, at, field.max, readFramework);
    case 'group':
      return readerOfGroup(field.fields, at);
    case 'part':
      return readerOfGroup(field.fields, at, field.called);
  }
}

/** Reads each of the fields of an object. */
function readerOfEach(readers: Readonly<Record<string, Read>>): (object: Unproven) => Unproven {
  const each = Object.entries(readers);
  // A copy has all fields in their order already, which is several times faster than adding them one by one.
  const blank = Object.fromEntries(each.map(([name]) => [name, null]));
  return (object) => {
    const values: Record<string, unknown> = { ...blank };
    for (const [name, read] of each) values[name] = read(object[name]);
    return values;
  };
}

/** Below a group nothing is "not said": a list is empty then. */
function readerOfGroup(fields: Readonly<Record<string, Field>>, at: string, called = 'it'): Read {
  const readers = mapFields(fields, (field, name) => {
    const read = readerOf(field, `${at}.${name}`);
    return (value: unknown) => read(value) ?? unsaid(field, `${at}.${name}: ${called} has a ${name}`);
  });
  const readAll = readerOfEach(readers);
  return (value) => (value === null || value === undefined ? null : readAll(readObject(value, at)));
}

function mapFields<T>(
  fields: Readonly<Record<string, Field>>,
  map: (field: Field, name: string) => T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, map(field, name)]));
}

function unsaid({ kind }: Field, reason: string): unknown {
  if (kind === 'name') throw new Broken(reason);
  return kind === 'names' || kind === 'terms' || kind === 'frameworks' ? [] : null;
}

function readFramework(value: unknown, at: string): StatedFramework {
  const framework = readObject(value, at);
  const name = readLine(framework.name, `${at}.name`, BOUNDS.name);
  if (name === null) throw new Broken(`${at}.name: a framework has a name`);
  return { name, version: readLine(framework.version, `${at}.version`, BOUNDS.version) };
}

function readCondition(value: unknown, at: string): Condition {
  const condition = readObject(value, at);
  const kind = readWord(condition.kind, `${at}.kind`, CONDITION_KINDS);
  if (kind === null) throw new Broken(`${at}.kind: a condition has a kind`);
  const max = BOUNDS.conditionValues;
  const parts = {
    groups: readGroups(condition.groups, `${at}.groups`, max) ?? [],
    facilities: readLines(condition.facilities, `${at}.facilities`, max, BOUNDS.name) ?? [],
    servers: readLines(condition.servers, `${at}.servers`, max, BOUNDS.name) ?? [],
  };
  return makeCondition(kind, parts, 'facility');
}

/** A malformed group breaks the record: to leave it out could leave a list empty, which restricts nobody. */
function readGroups(value: unknown, at: string, max: number): string[] | null {
  const groups = readList(value, at, max, (entry, where) => {
    const group = typeof entry === 'string' ? canonicalGroup(entry) : null;
    if (group === null) throw mistyped(where, 'an AARC-G069 group URN', entry);
    return group;
  });
  return groups === null ? null : sortedSet(groups);
}

function readManifest(value: unknown, at: string): PlatformManifest {
  const manifest = readObject(value, at);
  const digest = manifest.digest;
  if (typeof digest !== 'string' || !isDigest(digest)) throw mistyped(`${at}.digest`, DIGEST_FORM, digest);
  return {
    platform: readLine(manifest.platform, `${at}.platform`, BOUNDS.name),
    digest,
    size: readAmount(manifest.size, `${at}.size`),
  };
}

function readVariable(value: unknown, at: string): EnvironmentVariable {
  const variable = readObject(value, at);
  const name = readLine(variable.name, `${at}.name`, BOUNDS.name);
  if (name === null) throw new Broken(`${at}.name: a variable has a name`);
  return { name, value: readLine(variable.value, `${at}.value`, BOUNDS.environmentValue) ?? '' };
}

function readLabels(value: unknown, where: string): Record<string, string> {
  const labels = new Map<string, string>();
  readList(value, where, BOUNDS.labels, (entry, at) => {
    const label = readObject(entry, at);
    const name = readLine(label.name, `${at}.name`, BOUNDS.labelName);
    if (name === null) throw new Broken(`${at}.name: a label has a name`);
    if (typeof label.value !== 'string') throw mistyped(`${at}.value`, 'text', label.value);
    const text = readProse(label.value, `${at}.value`, BOUNDS.labelValue) ?? '';
    // Two values of one name: to keep either would let the order decide, and a restriction could be the other.
    if ((labels.get(name) ?? text) !== text)
      throw new Broken(`${at}: ${JSON.stringify(name)} has two values`);
    labels.set(name, text);
  });
  return Object.fromEntries([...labels].sort(([a], [b]) => (a < b ? -1 : 1)));
}
