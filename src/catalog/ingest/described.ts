// What describes an image, as it was said → as a record has it: total, in one form. Names that the vocabulary maps are in
// mapped.ts.
import type { Field } from '../../model/field.ts';
import type { Description } from '../../model/image.ts';
import { DESCRIPTIVE_FIELDS, type MappedField } from '../../model/image-fields.ts';
import { sortedSet } from '../../model/sorted.ts';
import { utcTime, webUrl } from './scalars.ts';
import type { StatedDescription } from './upstream-image.ts';

/** What no vocabulary maps. */
export type Plain = Omit<Description, MappedField>;

/**
 * The plain fields of a record, each with a value: null, or an empty list, where nothing was said. URLs are as {@link webUrl}
 * gives them, times as {@link utcTime} does, and lists of names sorted, each once, in small letters. Never throws.
 */
export function described(stated: StatedDescription): Plain {
  const values = { ...BLANK };
  for (const { name, value } of PLAIN) values[name] = value(stated[name]);
  return values as unknown as Plain;
}

type Value = (stated: unknown) => unknown;

const PLAIN = (Object.keys(DESCRIPTIVE_FIELDS) as (keyof typeof DESCRIPTIVE_FIELDS)[])
  .map((name) => ({ name, field: DESCRIPTIVE_FIELDS[name] as Field }))
  .filter(({ field }) => field.kind !== 'terms' && field.kind !== 'frameworks')
  .map(({ name, field }) => ({ name, value: recordedBy(field) }));

const BLANK: Record<string, unknown> = Object.fromEntries(PLAIN.map(({ name }) => [name, null]));

function recordedBy(field: Field): Value {
  switch (field.kind) {
    case 'url':
      return (stated) => webUrl(stated as string | null);
    case 'time':
      return (stated) => utcTime(stated as string | null);
    case 'names':
      return (stated) => sortedSet(lowerCased((stated as readonly string[] | null) ?? []));
    case 'group':
      return recordedByEach(field.fields);
    case 'part': {
      const part = recordedByEach(field.fields);
      return (stated) => (stated === null || stated === undefined ? null : part(stated));
    }
    default:
      return (stated) => stated ?? null;
  }
}

/** `stated` is an object of these fields, or null. */
function recordedByEach(fields: Readonly<Record<string, Field>>): Value {
  const each = Object.entries(fields).map(([name, field]) => ({ name, value: recordedBy(field) }));
  return (stated) => {
    const object = (stated ?? {}) as Readonly<Record<string, unknown>>;
    const values: Record<string, unknown> = {};
    for (const { name, value } of each) values[name] = value(object[name] ?? null);
    return values;
  };
}

/** OCI writes platforms, architectures and engines in small letters; so compare them all who compare them. */
const lowerCased = (names: readonly string[]): string[] => names.map((name) => name.toLowerCase());
