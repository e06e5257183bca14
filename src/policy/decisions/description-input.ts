// What describes an image, as policies are given it: the fields that model/image-fields.ts names, and no others.
import type { Field } from '../../model/field.ts';
import type { Description } from '../../model/image.ts';
import { DESCRIPTIVE_FIELDS } from '../../model/image-fields.ts';

/**
 * A copy of a record's descriptive fields, field by field at every depth, whatever else the objects carry; lists of
 * texts are the record's own. Never throws for a total record.
 */
export const descriptionInput = copyOf(DESCRIPTIVE_FIELDS) as unknown as (record: Description) => Description;

type Copy = (value: Readonly<Record<string, unknown>>) => unknown;

function copyOf(fields: Readonly<Record<string, Field>>): Copy {
  const copies = Object.entries(fields).map(([name, field]) => ({ name, copy: copyOfValue(field) }));
  const blank = Object.fromEntries(copies.map(({ name }) => [name, null as unknown]));
  return (value) => {
    const input = { ...blank };
    for (const { name, copy } of copies) input[name] = copy === null ? value[name] : copy(value[name]);
    return input;
  };
}

/** null: the value itself. */
function copyOfValue(field: Field): ((value: unknown) => unknown) | null {
  if (field.kind === 'frameworks') {
    return (value) =>
      (value as Description['frameworks']).map(({ name, version, raw }) => ({ name, version, raw }));
  }
  if (field.kind !== 'group' && field.kind !== 'part') return null;
  const copy = copyOf(field.fields);
  return (value) => (value === null ? null : copy(value as Readonly<Record<string, unknown>>));
}
