// What a catalog says of an image → the labels by which the image itself says it, as docs/joining.md has them: OCI's own
// names where there are any, io.panfed.* for the rest.
import { isObject } from '../../model/json-object.ts';
import type { ImageNode } from '../../sources/contract.ts';
import { PANFED } from '../../sources/labels.ts';

const OCI = 'org.opencontainers.image.';

/** Fields for which OCI has a name. */
const NAMED = {
  title: 'title',
  description: 'description',
  documentation: 'documentation',
  source: 'source',
  license: 'licenses',
} as const satisfies Partial<Record<keyof ImageNode, string>>;

/** Fields for which it has none, as JSON. Size, platforms and time of creation are in the documents themselves. */
const AS_JSON = ['frameworks', 'techniques', 'reads', 'writes', 'requires'] as const;

/**
 * The labels of the entry, and those that say what its fields say, sorted by name: fields that are null, or
 * have an empty list, say nothing. A name of OCI's (image specification, annotations) that the entry has as a
 * label already keeps that label's value: the field's is then under io.panfed.*, which goes before it.
 */
export function labelsOf(node: ImageNode): Readonly<Record<string, string>> {
  const labels = new Map((node.labels ?? []).map(({ name, value }) => [name, value]));
  for (const [field, name] of Object.entries(NAMED)) {
    const value = node[field as keyof typeof NAMED];
    if (value === null) continue;
    const isFree = (labels.get(`${OCI}${name}`) ?? value) === value;
    labels.set(isFree ? `${OCI}${name}` : `${PANFED}${field}`, value);
  }
  for (const field of AS_JSON) {
    const value = saidOf(node[field]);
    if (value !== undefined) labels.set(`${PANFED}${field}`, JSON.stringify(value));
  }
  return Object.fromEntries([...labels].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Without what is null or an empty list, which says no more than no label; undefined where nothing is left. */
function saidOf(value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(saidOf);
  if (!isObject(value)) return value;
  const members = Object.entries(value).flatMap(([name, member]) => {
    const said = saidOf(member);
    return said === undefined ? [] : [[name, said] as const];
  });
  return members.length === 0 ? undefined : Object.fromEntries(members);
}
