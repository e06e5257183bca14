// The liberties of a catalog file's entries, turned into the shape of registry.graphql's Image.

import { inert } from '../model/inert.ts';
import { isObject } from '../model/json-object.ts';
import { didYouMean } from '../model/nearest.ts';
import { MalformedNode } from './source.ts';

/** The fields of registry.graphql's Image. */
export const IMAGE_FIELDS = [
  'id',
  'repository',
  'digest',
  'tags',
  'title',
  'description',
  'documentation',
  'source',
  'created',
  'size',
  'platforms',
  'frameworks',
  'techniques',
  'reads',
  'writes',
  'license',
  'conditions',
  'sharing',
  'listed',
  'suppliedBy',
  'groups',
  'requires',
  'labels',
] as const;

/** What an entry may have beside them. A `facility` or `registry` is kept, for ingest to refuse another lab's. */
const OTHER_FIELDS = ['tag', 'extension', 'facility', 'registry'] as const;

export const ENTRY_FIELDS: readonly string[] = [...IMAGE_FIELDS, ...OTHER_FIELDS];

/** Fields whose absence can open something. */
const RESTRICTIVE = ['license', 'conditions', 'sharing', 'listed', 'suppliedBy', 'groups'] as const;

/**
 * An entry in the contract's shape: every field is there, null where the entry does not say. `tag` joins `tags`, and
 * labels may be a mapping. Values are not checked here. An unknown field is left out, unless it looks like a misspelt
 * restriction: an entry whose `conditons` are not read must not pass as one without any.
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
    if (meant !== undefined) return `there is no field ${inert(field)}. ${meant}`;
  }
  return null;
}

/** A `tags` that is no list stays as it is, for ingest to refuse. */
function joinTags(tags: unknown, tag: unknown): unknown {
  if (tag === undefined || tag === null) return tags ?? [];
  if (tags === undefined || tags === null) return [tag];
  return Array.isArray(tags) ? (tags.includes(tag) ? tags : [...tags, tag]) : tags;
}
