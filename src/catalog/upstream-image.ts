// The shape of one node of a registry: registry.graphql's Image, every field checked, bounded and cleaned; null is
// "not said". What the words mean is for the rest of ingest.
import { BOUNDS } from '../model/bounds.ts';
import { canonicalGroup } from '../model/group.ts';
import {
  type Gpu,
  type Requirements,
  SHARINGS,
  type Sharing,
  SUPPLIERS,
  type Supplier,
} from '../model/image.ts';
import { CONDITION_KINDS, type Condition } from '../model/license.ts';
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
import { sortedSet } from './sorted.ts';

/** A framework as the lab names it. */
export interface StatedFramework {
  readonly name: string;
  readonly version: string | null;
}

/** What a registry says of an image beyond its name. null: not said. */
export interface UpstreamImage {
  readonly title: string | null;
  readonly description: string | null;
  readonly documentation: string | null;
  readonly source: string | null;
  readonly created: string | null;
  readonly size: number | null;
  readonly platforms: readonly string[] | null;
  readonly frameworks: readonly StatedFramework[] | null;
  readonly techniques: readonly string[] | null;
  readonly reads: readonly string[] | null;
  readonly writes: readonly string[] | null;
  readonly license: string | null;
  readonly conditions: readonly Condition[] | null;
  readonly sharing: Sharing | null;
  readonly listed: boolean | null;
  readonly suppliedBy: Supplier | null;
  /** Canonical. */
  readonly groups: readonly string[] | null;
  readonly requires: Requirements | null;
  readonly labels: Readonly<Record<string, string>>;
}

/** Throws {@link Broken} with the field and the reason. */
export function readUpstreamImage(node: Unproven): UpstreamImage {
  return {
    title: readLine(node.title, 'title', BOUNDS.title),
    description: readProse(node.description, 'description', BOUNDS.description),
    documentation: readLine(node.documentation, 'documentation', BOUNDS.url),
    source: readLine(node.source, 'source', BOUNDS.url),
    created: readLine(node.created, 'created', BOUNDS.version),
    size: readAmount(node.size, 'size'),
    platforms: readLines(node.platforms, 'platforms', BOUNDS.platforms, BOUNDS.name),
    frameworks: readList(node.frameworks, 'frameworks', BOUNDS.frameworks, readFramework),
    techniques: readLines(node.techniques, 'techniques', BOUNDS.techniques, BOUNDS.name),
    reads: readLines(node.reads, 'reads', BOUNDS.formats, BOUNDS.name),
    writes: readLines(node.writes, 'writes', BOUNDS.formats, BOUNDS.name),
    license: readLine(node.license, 'license', BOUNDS.license),
    conditions: readList(node.conditions, 'conditions', BOUNDS.conditions, readCondition),
    sharing: readWord(node.sharing, 'sharing', SHARINGS),
    listed: readFlag(node.listed, 'listed'),
    suppliedBy: readWord(node.suppliedBy, 'suppliedBy', SUPPLIERS),
    groups: readGroups(node.groups, 'groups', BOUNDS.groups),
    requires: readRequirements(node.requires),
    labels: readLabels(node.labels),
  };
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
  const most = BOUNDS.conditionValues;
  const parts = {
    groups: readGroups(condition.groups, `${at}.groups`, most) ?? [],
    facilities: readLines(condition.facilities, `${at}.facilities`, most, BOUNDS.name) ?? [],
    servers: readLines(condition.servers, `${at}.servers`, most, BOUNDS.name) ?? [],
  };
  return makeCondition(kind, parts, 'facility');
}

/** A group that is none breaks the record: to leave it out could leave a list empty, which restricts nobody. */
function readGroups(value: unknown, at: string, most: number): string[] | null {
  const groups = readList(value, at, most, (entry, where) => {
    const group = typeof entry === 'string' ? canonicalGroup(entry) : null;
    if (group === null) throw mistyped(where, 'an AARC-G069 group URN', entry);
    return group;
  });
  return groups === null ? null : sortedSet(groups);
}

function readRequirements(value: unknown): Requirements | null {
  if (value === null || value === undefined) return null;
  const requires = readObject(value, 'requires');
  return {
    architectures:
      readLines(requires.architectures, 'requires.architectures', BOUNDS.architectures, BOUNDS.name) ?? [],
    cpus: readAmount(requires.cpus, 'requires.cpus'),
    memory: readAmount(requires.memory, 'requires.memory'),
    gpu: readGpu(requires.gpu),
    mpi: readLine(requires.mpi, 'requires.mpi', BOUNDS.name),
    engines: readLines(requires.engines, 'requires.engines', BOUNDS.engines, BOUNDS.name) ?? [],
  };
}

function readGpu(value: unknown): Gpu | null {
  if (value === null || value === undefined) return null;
  const gpu = readObject(value, 'requires.gpu');
  const vendor = readLine(gpu.vendor, 'requires.gpu.vendor', BOUNDS.name);
  if (vendor === null) throw new Broken('requires.gpu.vendor: a GPU has a vendor');
  return {
    vendor,
    minimumCuda: readLine(gpu.minimumCuda, 'requires.gpu.minimumCuda', BOUNDS.version),
    memory: readAmount(gpu.memory, 'requires.gpu.memory'),
  };
}

function readLabels(value: unknown): Record<string, string> {
  const labels = new Map<string, string>();
  readList(value, 'labels', BOUNDS.labels, (entry, at) => {
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
