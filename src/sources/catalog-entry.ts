// The liberties of a catalog file's entries, turned into the shape of registry.graphql's Image.

import type { WireValues } from '../model/field.ts';
import { DESCRIPTIVE_FIELDS, type DescriptiveField } from '../model/image-fields.ts';
import { inert } from '../model/inert.ts';
import { isObject } from '../model/json-object.ts';
import { didYouMean } from '../model/nearest.ts';
import type { ImageNode } from './contract.ts';
import { MalformedNode } from './source.ts';

const { requires: _, ...DESCRIBING } = DESCRIPTIVE_FIELDS;

/** The fields of registry.graphql's Image that say which it is and who may have it. */
const OTHER_IMAGE_FIELDS = {
  names: ['id', 'repository', 'digest', 'tags'],
  access: ['license', 'conditions', 'sharing', 'listed', 'suppliedBy', 'groups'],
  labels: ['labels'],
} as const;

type OtherImageField = (typeof OTHER_IMAGE_FIELDS)[keyof typeof OTHER_IMAGE_FIELDS][number];

type Agreeing<One extends Other, Other> = One;

/** Compiles only where registry.graphql and DESCRIPTIVE_FIELDS have the same fields of the same types. */
export type DescribedNode = Agreeing<
  Omit<ImageNode, OtherImageField>,
  Agreeing<WireValues<typeof DESCRIPTIVE_FIELDS>, Omit<ImageNode, OtherImageField>>
>;

/** The fields of registry.graphql's Image. */
export const IMAGE_FIELDS = [
  ...OTHER_IMAGE_FIELDS.names,
  ...(Object.keys(DESCRIBING) as DescriptiveField[]),
  ...OTHER_IMAGE_FIELDS.access,
  'requires',
  ...OTHER_IMAGE_FIELDS.labels,
] satisfies readonly (keyof ImageNode)[];

/**
 * What an entry may have beside them. A `facility` or `registry` is kept, for ingest to refuse another lab's; signatures,
 * attestations and those of a demo are for a server of the catalog alone, since nothing is fetched from a file.
 */
const OTHER_FIELDS = [
  ...['tag', 'extension', 'facility', 'registry'],
  ...['signatures', 'attestations', 'demo'],
] as const;

/** All fields that an entry of a catalog may have. */
export const ENTRY_FIELDS: readonly string[] = [...IMAGE_FIELDS, ...OTHER_FIELDS];

/** Fields whose absence can open something. */
const RESTRICTIVE = OTHER_IMAGE_FIELDS.access;

/**
 * An entry in the contract's shape: every field is there, null where the entry does not say. `tag` joins
 * `tags`, and labels may be a mapping. Values are not checked here. An unknown field is left out, unless it
 * looks like a misspelt restriction: an entry whose `conditons` are not read must not pass as one without
 * any. That, and what is no mapping, is a {@link MalformedNode}, named `subject` where it states no
 * repository. Never throws.
 */
export function toNode(entry: unknown, subject: string): unknown {
  if (entry instanceof MalformedNode) return entry;
  if (!isObject(entry)) return new MalformedNode(subject, 'an image is a mapping');
  const node: Record<string, unknown> = {};
  for (const field of IMAGE_FIELDS) node[field] = entry[field] ?? null;
  node.tags = joinTags(entry.tags, entry.tag);
  if (isObject(entry.labels)) {
    node.labels = Object.entries(entry.labels).map(([name, value]) => ({ name, value }));
  }
  for (const claim of ['facility', 'registry']) {
    if (entry[claim] !== undefined) node[claim] = entry[claim];
  }
  const misspelt = misspeltRestriction(entry);
  if (misspelt === null) return node;
  return new MalformedNode(typeof entry.repository === 'string' ? entry.repository : subject, misspelt, node);
}

function misspeltRestriction(entry: Readonly<Record<string, unknown>>): string | null {
  for (const field of Object.keys(entry)) {
    const known = ENTRY_FIELDS.includes(field) || field.length > 64;
    const meant = known ? undefined : didYouMean(field, RESTRICTIVE);
    if (meant !== undefined) return `an image has no field ${inert(field)}. ${meant}`;
  }
  return null;
}

/** A `tags` that is not a list stays as it is, for ingest to refuse. */
function joinTags(tags: unknown, tag: unknown): unknown {
  if (tag === undefined || tag === null) return tags ?? [];
  if (tags === undefined || tags === null) return [tag];
  return Array.isArray(tags) ? (tags.includes(tag) ? tags : [...tags, tag]) : tags;
}
