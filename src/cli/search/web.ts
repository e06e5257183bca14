// A question of the command line → the page's address that asks the same.

import { type ChoiceField, FACET_CHOICE, FACET_FIELDS, type ImageOrder } from '../../model/choices.ts';
import { FederationError } from '../../model/errors.ts';
import { EVERYTHING, hrefOf } from '../../page/query.ts';
import type { Question } from './query.ts';

/**
 * The URL of the page that asks the same question. Throws USAGE for what the page cannot ask: `except`, `prefer`, and
 * some fields of `only`. `page` is its own address.
 */
export function webAddress(page: URL, question: Question, order: ImageOrder): URL {
  const { search, only, except, prefer, at } = question;
  const missing = [
    ...Object.keys(except).map((field) => `--except ${field}`),
    ...Object.keys(prefer).map((field) => `--prefer ${field}`),
    ...Object.keys(only)
      .filter((field) => !ON_PAGE.has(field as ChoiceField))
      .map((field) => `--only ${field}`),
  ];
  if (missing.length > 0) {
    throw new FederationError('USAGE', `the page cannot ask for ${missing.join(', ')}`, {
      at: '--web',
      hint: 'Leave it out, or leave out --web.',
    });
  }
  const chosen = FACET_FIELDS.flatMap((field) => {
    const values = only[FACET_CHOICE[field]];
    return values === undefined ? [] : [[field, values] as const];
  });
  return new URL(hrefOf({ ...EVERYTHING, search, only: new Map(chosen), at, order }), page);
}

/** The URL of one image's details on the page at `page`. */
export const imageAddress = (page: URL, id: string): URL =>
  new URL(hrefOf({ ...EVERYTHING, image: id }), page);

const ON_PAGE: ReadonlySet<ChoiceField> = new Set(Object.values(FACET_CHOICE));
