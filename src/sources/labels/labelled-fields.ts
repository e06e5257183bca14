// The descriptive fields that labels may state, and how each is read from a label: `io.panfed.<field>`.
import type { Field } from '../../model/field.ts';
import { DESCRIPTIVE_FIELDS, type LabelledField } from '../../model/image-fields.ts';
import {
  orNull,
  readAmount,
  readFrameworks,
  readJson,
  readNames,
  readObject,
  readText,
  readTime,
  readUrl,
  type Stated,
  Unreadable,
} from './read.ts';

type Read = (value: Stated) => unknown;

/** The descriptive fields that a label can state, by name. */
export const LABELLED_FIELDS = Object.entries(DESCRIPTIVE_FIELDS as Readonly<Record<string, Field>>).filter(
  (entry): entry is [LabelledField, Field] => entry[1].label !== undefined,
);

/**
 * How each of the fields is read from a label, by its name. They give null, or an empty list, where a label
 * says nothing, and throw {@link Unreadable}.
 */
export const LABEL_READERS: ReadonlyMap<string, Read> = new Map(
  LABELLED_FIELDS.map(([name, field]) => [name, labelReader(field)]),
);

/**
 * How a field is read from a label, within the field's bounds: a label's value is text, also where the field
 * is a number. The reader throws {@link Unreadable} for a value that is none of the field's.
 */
export function labelReader(field: Field): Read {
  const read = readerOf(field);
  if (field.kind !== 'amount' && field.kind !== 'count') return read;
  return (value) => read(typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value);
}

function readerOf(field: Field): Read {
  switch (field.kind) {
    case 'line':
    case 'name':
    case 'prose':
      return (value) => readText(value, field.max);
    case 'url':
      return readUrl;
    case 'time':
      return readTime;
    case 'amount':
    case 'count':
      return readAmount;
    case 'names':
    case 'terms':
      return (value) => readNames(value, field.max);
    case 'frameworks':
      return (value) => readFrameworks(value);
    case 'group':
      return readerOfGroup(field.fields, 'it');
    case 'part':
      return readerOfGroup(field.fields, field.called);
  }
}

/** JSON, or what stands at its name in the JSON of another. */
function readerOfGroup(fields: Readonly<Record<string, Field>>, called: string): Read {
  const readers = Object.entries(fields).map(([name, field]) => ({ name, field, read: readerOf(field) }));
  return (value) => {
    const object = readObject(typeof value === 'string' ? readJson(value) : value);
    return Object.fromEntries(
      readers.map(({ name, field, read }) => [
        name,
        orNull(object[name], read) ?? unsaid(field, name, called),
      ]),
    );
  };
}

function unsaid({ kind }: Field, name: string, called: string): unknown {
  if (kind === 'name') throw new Unreadable(`names ${called} without its ${name}`);
  return kind === 'names' || kind === 'terms' || kind === 'frameworks' ? [] : null;
}
