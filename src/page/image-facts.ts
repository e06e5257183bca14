// The facts of one image that the page and the command line show alike, a row each: what image-fields.ts says is shown.
import type { ImageFactsFragment } from '../graphql/generated/operations.ts';
import type { Field } from '../model/field.ts';
import { DESCRIPTIVE_FIELDS, type ShownField } from '../model/image-fields.ts';

/** The command line asks for none of them in a short list. Compiles only where image-facts.graphql asks for all. */
export type Facts = Partial<Pick<ImageFactsFragment, ShownField>>;

export interface Fact {
  /** On the page. */
  readonly name: string;
  /** On the command line. */
  readonly short: string;
  /** null: the row is left out. */
  readonly value: (image: Facts) => string | null;
  /** Whether the value is the address of another page. */
  readonly isLink: boolean;
}

/** The rows of an image's details, from the fields that are shown, in their order. */
export const FACTS: readonly Fact[] = Object.entries(
  DESCRIPTIVE_FIELDS as Readonly<Record<string, Field>>,
).flatMap(([field, described]) => {
  if (!('shown' in described) || described.shown === undefined) return [];
  const value = (image: Facts) => textOf(image[field as ShownField]);
  return [{ ...described.shown, value, isLink: described.kind === 'url' }];
});

function textOf(value: string | number | readonly string[] | null | undefined): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'object' ? value.join(', ') : String(value);
}
