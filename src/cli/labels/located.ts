// Where in a description a problem is: the reader of labels names the label alone, and is asked again with less.
import { parseJsonOnce } from '../../model/json.ts';
import { isObject } from '../../model/json-object.ts';
import { type DescriptionSchema, descriptionSchema } from '../../sources/labels/description-schema.ts';
import type { Labels } from '../../sources/labels/family.ts';
import { IMAGE_LABEL, type Known, mapLabels, PANFED_FIELDS } from '../../sources/labels.ts';

/** A problem of the JSON in `io.panfed.image`. */
export interface Located {
  /** Keys and indexes; empty: the whole. */
  readonly path: readonly PropertyKey[];
  readonly problem: string;
}

/** An object's key that no reader reads. */
export interface UnreadKey {
  readonly path: readonly PropertyKey[];
  /** What may stand there. */
  readonly known: readonly string[];
}

/** The JSON object in `io.panfed.image`; null where there is none. */
export function descriptionIn(labels: Labels): Readonly<Record<string, unknown>> | null {
  const text = labels[IMAGE_LABEL];
  if (text === undefined) return null;
  try {
    const value = parseJsonOnce(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** An image of which nothing but its labels is known. */
export const unknownImage = (canonical: Known['canonical']): Known => ({
  repository: 'image',
  frameworks: null,
  canonical,
});

const NOBODY = unknownImage(() => null);

/** What the reader says of one field alone; null: it reads it. */
export function problemOf(field: string, value: unknown): string | null {
  const labels = { [IMAGE_LABEL]: JSON.stringify({ [field]: value }) };
  return mapLabels(labels, NOBODY).problems[0]?.problem ?? null;
}

/**
 * Each part of the description that the reader cannot read, as deep as it can be told: the entries of a list by themselves, the keys
 * of an object beside those that it must have. A field that is none of a description is one problem, whatever is in it.
 */
export function locatedProblems(description: Readonly<Record<string, unknown>>): readonly Located[] {
  const { properties = {} } = descriptionSchema();
  return Object.entries(description).flatMap(([field, value]) =>
    culprits([field], value, properties[field], (inner) => problemOf(field, inner)),
  );
}

function culprits(
  path: readonly PropertyKey[],
  value: unknown,
  schema: DescriptionSchema | undefined,
  judge: (value: unknown) => string | null,
): readonly Located[] {
  const problem = judge(value);
  if (problem === null) return [];
  const within = partsOf(value, schema).flatMap(({ key, part, partSchema, alone }) =>
    culprits([...path, key], part, partSchema, (inner) => judge(alone(inner))),
  );
  return within.length > 0 ? within : [{ path, problem }];
}

/** A part of a value, and the value with nothing but that part and what it must have. */
interface Part {
  readonly key: PropertyKey;
  readonly part: unknown;
  readonly partSchema: DescriptionSchema | undefined;
  readonly alone: (part: unknown) => unknown;
}

function partsOf(value: unknown, schema: DescriptionSchema | undefined): readonly Part[] {
  if (schema === undefined) return [];
  if (Array.isArray(value)) {
    return value.map((part, key) => ({ key, part, partSchema: schema.items, alone: (inner) => [inner] }));
  }
  const { properties = {}, required = [] } = objectIn(schema) ?? {};
  if (!isObject(value)) return [];
  const needed = Object.fromEntries(Object.entries(value).filter(([key]) => required.includes(key)));
  // Without what it must have nothing else in it can be judged.
  if (Object.keys(needed).length < required.length) return [];
  return Object.entries(value)
    .filter(([key]) => Object.hasOwn(properties, key))
    .map(([key, part]) => ({
      key,
      part,
      partSchema: properties[key],
      alone: (inner) => ({ ...needed, [key]: inner }),
    }));
}

/** The schema itself if it is an object's, else the one of its alternatives that is. */
const objectIn = (schema: DescriptionSchema | undefined): DescriptionSchema | undefined =>
  schema?.properties === undefined
    ? schema?.anyOf?.find(({ properties }) => properties !== undefined)
    : schema;

/** Keys below the fields of the description that nobody reads, such as `cpu` of `requires`; those at the top are problems. */
export function unreadKeys(description: Readonly<Record<string, unknown>>): readonly UnreadKey[] {
  const { properties = {} } = descriptionSchema();
  return Object.entries(description)
    .filter(([field]) => PANFED_FIELDS.includes(field))
    .flatMap(([field, value]) => unreadIn(value, properties[field], [field]));
}

function unreadIn(
  value: unknown,
  schema: DescriptionSchema | undefined,
  path: readonly PropertyKey[],
): readonly UnreadKey[] {
  if (Array.isArray(value))
    return value.flatMap((item, index) => unreadIn(item, schema?.items, [...path, index]));
  const properties = objectIn(schema)?.properties;
  if (!isObject(value) || properties === undefined) return [];
  const known = Object.keys(properties);
  return Object.entries(value).flatMap(([key, inner]) =>
    Object.hasOwn(properties, key)
      ? unreadIn(inner, properties[key], [...path, key])
      : [{ path: [...path, key], known }],
  );
}
