// What is asked at each number of images.
import { PAGE, QUESTION } from './question.ts';

export type Variables = Readonly<Record<string, unknown>>;

export interface GrowthQuestion {
  readonly name: string;
  readonly document: string;
  readonly variables: Variables;
}

/** The measured question with its fields, and other arguments. */
const PAGE_OF = QUESTION.replace(
  `query FirstPage {\n  images(first: ${PAGE})`,
  `query Page($search: String, $only: Choices, $prefer: Choices, $orderBy: ImageOrder, $after: String) {
  images(first: ${PAGE}, search: $search, only: $only, prefer: $prefer, orderBy: $orderBy, after: $after)`,
);

const FACETS = `query Facets {
  images(first: 1) {
    totalCount
    facets(fields: [FACILITY, FRAMEWORK, TECHNIQUE, LICENSE, CONDITION], first: 20) {
      field values { value label count chosen }
    }
  }
}`;

const page = (name: string, variables: Variables): GrowthQuestion => ({ name, document: PAGE_OF, variables });

export const QUESTIONS: readonly [GrowthQuestion, ...GrowthQuestion[]] = [
  page('first page', {}),
  page('search: relion', { search: 'relion' }),
  page('search with a typing error: tomograpy', { search: 'tomograpy' }),
  page('prefer two frameworks and an engine', {
    prefer: { frameworks: ['RELION', 'XDS'], engines: ['apptainer'] },
  }),
  page('VERSION order, two frameworks chosen', {
    only: { frameworks: ['RELION', 'XDS'] },
    orderBy: 'VERSION',
  }),
  { name: 'five facets', document: FACETS, variables: {} },
];

export const DEEP = { name: 'a page in the middle, by its cursor', document: PAGE_OF };

export const WALK = {
  document: `query Walk($after: String) {
  images(first: 100, after: $after) { totalCount nodes { id } pageInfo { endCursor } }
}`,
};
