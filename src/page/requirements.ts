// What one image needs to run, a row each: what image-fields.ts has below `requires`, in its order.
import type { Field } from '../model/field.ts';
import { DESCRIPTIVE_FIELDS } from '../model/image-fields.ts';
import type { FullImage } from './answer.ts';
import { sizeWord } from './words.ts';

type Fields = Readonly<Record<string, Field>>;

/** The name of a row, and its text; null where it was not stated. */
export type Requirement = readonly [name: string, text: string | null];

/** The rows of all fields below `requires`, stated or not, in the order of image-fields.ts. */
export function requirementsOf(requires: FullImage['requires']): readonly Requirement[] {
  // Compiles only where image.graphql asks for all.
  const stated: Readonly<Record<keyof typeof DESCRIPTIVE_FIELDS.requires.fields, unknown>> = requires;
  const values: Readonly<Record<string, unknown>> = stated;
  return Object.entries(DESCRIPTIVE_FIELDS.requires.fields as Fields).flatMap(
    ([name, field]): Requirement[] =>
      field.row === undefined ? [] : [[field.row, textOf(field, values[name])]],
  );
}

function textOf(field: Field, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  switch (field.kind) {
    case 'amount':
      return sizeWord(value as number);
    case 'names':
      return (value as readonly string[]).join(', ');
    case 'group':
    case 'part':
      return phrasesOf(field.fields, value as Readonly<Record<string, unknown>>);
    default:
      return String(value);
  }
}

function phrasesOf(fields: Fields, values: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .flatMap(([name, field]) => {
      const text = textOf(field, values[name]);
      // By a function: in a text that replaces, `$` would be a command, and the value is a lab's.
      return text === null ? [] : [(field.phrase ?? '{}').replace('{}', () => text)];
    })
    .join(', ');
}
