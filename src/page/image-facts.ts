// The facts of one image that the page and the command line show alike, a row each, in this order.
import type { ImageFactsFragment } from '../graphql/generated/operations.ts';

/** What was asked for; the command line leaves the facts of a short list out. */
type Facts = Partial<ImageFactsFragment>;

export interface Fact {
  /** On the page. */
  readonly name: string;
  /** On the command line: at most eleven characters, in small letters. */
  readonly short: string;
  /** null, or empty: the row is left out. */
  readonly value: (image: Facts) => string | null | undefined;
  /** Whether the value is the address of another page. */
  readonly isLink?: true;
}

export const FACTS: readonly Fact[] = [
  { name: 'Documentation', short: 'docs', value: ({ documentation }) => documentation, isLink: true },
];
