// The page's address ↔ the question: every choice is in the query string, so that a link can be shared.

import { enums } from '../graphql/enums.ts';
import { FACET_FIELDS, type FacetField, IMAGE_ORDERS, type ImageOrder } from '../model/choices.ts';
import { meantWord, typedWord } from '../model/enum-words.ts';
import { nearest } from '../model/nearest.ts';

/** What the page shows; enumeration values as in GraphQL. */
export interface PageQuery {
  readonly search: string | null;
  readonly only: ReadonlyMap<FacetField, readonly string[]>;
  /** The facility where the caller intends to run images, by id or name. */
  readonly at: string | null;
  readonly order: ImageOrder;
  /** A cursor: bound to the caller and the question. */
  readonly after: string | null;
  /** The id of the one image to show. */
  readonly image: string | null;
}

/** A question to ask instead: the text of its link, and its address. */
export interface Suggestion {
  readonly label: string;
  readonly href: string;
}

/** Why a question cannot be answered as asked. */
export interface Problem {
  readonly message: string;
  readonly hint: string | null;
  readonly suggestions: readonly Suggestion[];
}

/** The question without a search and choices. */
export const EVERYTHING: PageQuery = {
  search: null,
  only: new Map(),
  at: null,
  order: 'RELEVANCE',
  after: null,
  image: null,
};

/** The parameter of each field of choices; it may be repeated. */
export const PARAMETERS: Readonly<Record<FacetField, string>> = {
  FACILITY: 'facility',
  FRAMEWORK: 'framework',
  VERSION: 'version',
  TECHNIQUE: 'technique',
  LICENSE: 'license',
  CONDITION: 'condition',
  TRUST: 'trust',
  SHARING: 'sharing',
  SUPPLIED_BY: 'supplier',
  READS: 'reads',
  WRITES: 'writes',
  ENGINE: 'engine',
  PLATFORM: 'platform',
  MAY: 'may',
};

/** Parameters that may not be repeated. */
const SINGLE = ['q', 'at', 'order', 'after', 'image'] as const;
type Single = (typeof SINGLE)[number];

const FIELD_OF = new Map(FACET_FIELDS.map((field) => [PARAMETERS[field], field]));

const ENUMERATIONS: { readonly [F in FacetField]?: readonly string[] } = {
  CONDITION: Object.keys(enums.ConditionKind),
  TRUST: Object.keys(enums.TrustState),
  SHARING: Object.keys(enums.Sharing),
  SUPPLIED_BY: Object.keys(enums.Supplier),
  MAY: Object.keys(enums.Action),
};

/** Characters of an address without its cursor, because every link of the page repeats every choice. */
const MAX_ADDRESS = 2_048;

export interface ReadQuery {
  /** The parameters that were understood. */
  readonly query: PageQuery;
  readonly problems: readonly Problem[];
}

/**
 * The question of an address, and its problems. An empty value counts as not given. A value that is not understood is a
 * problem, at most five of them; where an address has more than 2,048 characters without its cursor, that is the one
 * problem. Nothing throws. Parameters that the page does not know, such as those that mail programs add to links, are
 * ignored.
 */
export function readQuery(parameters: URLSearchParams): ReadQuery {
  const singles = new Map<Single, string>();
  const only = new Map<FacetField, readonly string[]>();
  const pending: ((query: PageQuery) => Problem)[] = [];
  for (const name of new Set(parameters.keys())) {
    const values = [...new Set(parameters.getAll(name).map((value) => value.trim()))].filter(Boolean);
    const single = SINGLE.find((known) => known === name);
    const field = FIELD_OF.get(name);
    if (single !== undefined) {
      if (values.length > 1) pending.push(repeated(single, values));
      else if (values[0] !== undefined) singles.set(single, values[0]);
    } else if (field !== undefined) {
      const words = values.map((value) => wordOf(value, ENUMERATIONS[field]));
      const unknown = values.filter((_, index) => words[index] === null);
      pending.push(...unknown.map((value) => unknownWord(field, value)));
      const known = words.filter((word) => word !== null);
      if (known.length > 0) only.set(field, [...new Set(known)]);
    }
  }
  const order = singles.get('order');
  const knownOrder = order === undefined ? 'RELEVANCE' : wordOf(order, IMAGE_ORDERS);
  if (knownOrder === null) pending.push(unknownOrder(order ?? ''));
  const query: PageQuery = {
    search: singles.get('q') ?? null,
    only,
    at: singles.get('at') ?? null,
    order: (knownOrder ?? 'RELEVANCE') as ImageOrder,
    after: singles.get('after') ?? null,
    image: singles.get('image') ?? null,
  };
  if (parametersOf({ ...query, after: null }).toString().length > MAX_ADDRESS) {
    return { query: EVERYTHING, problems: [tooLong(query)] };
  }
  return { query, problems: pending.slice(0, MAX_PROBLEMS).map((make) => make(query)) };
}

/** Problems that are shown at once. */
const MAX_PROBLEMS = 5;

/**
 * The shortest address (a URL reference, percent-encoded) of a question, relative to the page; `./` for the one without
 * choices.
 */
export function hrefOf(query: PageQuery): string {
  const text = parametersOf(query).toString();
  return text === '' ? './' : `./?${text}`;
}

/** The parameters of a question as {@link readQuery} reads them, in a fixed order; defaults are left out. */
export function parametersOf({ search, only, at, order, after, image }: PageQuery): URLSearchParams {
  const parameters = new URLSearchParams();
  if (search !== null) parameters.append('q', search);
  for (const field of FACET_FIELDS) {
    for (const value of only.get(field) ?? [])
      parameters.append(PARAMETERS[field], wordInAddress(field, value));
  }
  if (at !== null) parameters.append('at', at);
  if (order !== 'RELEVANCE') parameters.append('order', order.toLowerCase());
  if (image !== null) parameters.append('image', image);
  if (after !== null) parameters.append('after', after);
  return parameters;
}

/** The same question with other values in one field (none: without that choice), from the first page of its list. */
export function withChoice(query: PageQuery, field: FacetField, values: readonly string[]): PageQuery {
  const only = new Map(query.only);
  if (values.length > 0) only.set(field, values);
  else only.delete(field);
  return { ...query, only, after: null, image: null };
}

/** Whether a search or a choice narrows the results; neither the place nor the order does. */
export function isNarrowed({ search, only }: PageQuery): boolean {
  return search !== null || only.size > 0;
}

/** A value as an address spells it: `NON_COMMERCIAL` becomes `non-commercial`; only enumerations are respelled. */
export function wordInAddress(field: FacetField, value: string): string {
  return ENUMERATIONS[field] === undefined ? value : typedWord(value);
}

/** Without an enumeration: the value itself. */
function wordOf(value: string, known: readonly string[] | undefined): string | null {
  return known === undefined ? value : meantWord(value, known);
}

const repeated = (name: Single, values: readonly string[]) => (query: PageQuery) => ({
  message: `“${name}” is given ${values.length} times, with different values.`,
  hint: 'It can be given once.',
  suggestions:
    name === 'q' ? values.map((value) => ({ label: value, href: hrefOf({ ...query, search: value }) })) : [],
});

const unknownWord = (field: FacetField, value: string) => (query: PageQuery) => {
  const words = (ENUMERATIONS[field] ?? []).map((word) => wordInAddress(field, word));
  const near = nearest(value, words);
  const offered = near.length > 0 ? near : words;
  return {
    message: `“${value}” is not a value of ${PARAMETERS[field]}.`,
    hint: null,
    suggestions: offered.map((label) => ({
      label,
      href: hrefOf(withChoice(query, field, [wordOf(label, ENUMERATIONS[field]) as string])),
    })),
  };
};

const unknownOrder = (value: string) => (query: PageQuery) => ({
  message: `“${value}” is not an order.`,
  hint: null,
  suggestions: IMAGE_ORDERS.map((order) => ({
    label: order.toLowerCase(),
    href: hrefOf({ ...query, order }),
  })),
});

const tooLong = ({ search }: PageQuery): Problem => ({
  message: `This address is too long: without its cursor it may have ${MAX_ADDRESS} characters.`,
  hint: 'Ask for more at once through GraphQL, at /graphql.',
  suggestions:
    search === null || search.length > 256
      ? []
      : [{ label: `only the words “${search}”`, href: hrefOf({ ...EVERYTHING, search }) }],
});
