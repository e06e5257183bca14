// What the page asks the gateway, as any other caller would, and the shape of the answers.
import type { Gateway } from '../../graphql/gateway.ts';
import { FACET_CHOICE, type FacetField } from '../../model/choices.ts';
import type { SourceStatus } from '../../model/outcome.ts';
import type { Caller } from '../../model/subject.ts';
import type { PageQuery } from './query.ts';

/** What every page has: who is answered, and the places. */
const FRAME = `query PageFrame {
  viewer { authenticated name academic sites { name } }
  facilities { id name engines }
}`;

const CARD = `fragment Card on Image {
  id repository tags title description sharing suppliedBy
  facility { id name }
  frameworks { name version raw }
  techniques { id label }
  license { state expression raw conditions { kind groups servers facilities { name } } }
  trust { state signers }
  pullCommands { engine command }
}
fragment Told on Access { discover pull execute reasons { code action message remedy policy } }`;

/** Facets hang on a page of one image: their cost would else be counted for each image of the page. */
const RESULTS = `query PageResults(
  $search: String, $only: Choices, $at: ID, $orderBy: ImageOrder, $first: Int, $after: String
  $fields: [FacetField!]!, $values: Int
) {
  images(search: $search, only: $only, at: $at, orderBy: $orderBy, first: $first, after: $after) {
    totalCount complete
    pageInfo { hasNextPage endCursor }
    notices { code message suggestions }
    sources { facility { id name } registry status records age error { code message } }
    edges { access { ...Told } node { ...Card } }
  }
  choices: images(search: $search, only: $only, at: $at, first: 1) {
    facets(fields: $fields, first: $values) { field values { value label count chosen } }
  }
}
${CARD}`;

const IMAGE = `query PageImage($id: ID!, $at: ID) {
  image(id: $id) {
    ...Card
    access(at: $at) { ...Told }
    digest reference registry documentation source created size platforms listed groups unmapped
    reads { id label } writes { id label }
    requires { architectures cpus memory mpi engines gpu { vendor minimumCuda memory } }
    labels { name value }
    sameDigest(first: 20) { id repository tags facility { id name } }
  }
}
${CARD}`;

/** The order in which the facets are shown. */
export const FACETS: readonly FacetField[] = [
  'MAY',
  'FACILITY',
  'FRAMEWORK',
  'TECHNIQUE',
  'LICENSE',
  'CONDITION',
  'SHARING',
  'TRUST',
  'SUPPLIED_BY',
  'READS',
  'WRITES',
  'ENGINE',
  'PLATFORM',
];

const IMAGES_A_PAGE = 20;
/** Values of a facet that are asked for; the chosen ones always come. */
export const VALUES_A_FACET = 24;

export interface ToldFacility {
  readonly id: string;
  readonly name: string;
  readonly engines: readonly string[];
}

export interface Frame {
  readonly viewer: {
    readonly authenticated: boolean;
    readonly name: string | null;
    readonly academic: boolean | null;
    readonly sites: readonly { readonly name: string }[];
  };
  readonly facilities: readonly ToldFacility[];
}

export interface ToldReason {
  readonly code: string;
  readonly action: string;
  readonly message: string;
  readonly remedy: string | null;
  readonly policy: string;
}

export interface ToldAccess {
  readonly discover: boolean;
  readonly pull: boolean;
  readonly execute: boolean;
  readonly reasons: readonly ToldReason[];
}

export interface Term {
  readonly id: string;
  readonly label: string;
}

export interface ToldCondition {
  readonly kind: string;
  readonly groups: readonly string[];
  readonly servers: readonly string[];
  readonly facilities: readonly { readonly name: string }[];
}

export interface CardImage {
  readonly id: string;
  readonly repository: string;
  readonly tags: readonly string[];
  readonly title: string | null;
  readonly description: string | null;
  readonly sharing: string;
  readonly suppliedBy: string;
  readonly facility: { readonly id: string; readonly name: string };
  readonly frameworks: readonly {
    readonly name: string;
    readonly version: string | null;
    readonly raw: string;
  }[];
  readonly techniques: readonly Term[];
  readonly license: {
    readonly state: string;
    readonly expression: string | null;
    readonly raw: string | null;
    readonly conditions: readonly ToldCondition[];
  };
  readonly trust: { readonly state: string; readonly signers: readonly string[] };
  readonly pullCommands: readonly { readonly engine: string; readonly command: string }[];
}

export interface ToldOutcome {
  readonly facility: { readonly id: string; readonly name: string };
  readonly registry: string;
  readonly status: SourceStatus;
  readonly records: number;
  /** Seconds. */
  readonly age: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface ToldNotice {
  readonly code: string;
  readonly message: string;
  readonly suggestions: readonly string[];
}

export interface ToldFacet {
  readonly field: FacetField;
  readonly values: readonly {
    readonly value: string;
    readonly label: string;
    readonly count: number;
    readonly chosen: boolean;
  }[];
}

export interface Results {
  readonly totalCount: number;
  readonly complete: boolean;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly notices: readonly ToldNotice[];
  readonly sources: readonly ToldOutcome[];
  readonly edges: readonly { readonly access: ToldAccess; readonly node: CardImage }[];
  readonly facets: readonly ToldFacet[];
}

export interface FullImage extends CardImage {
  readonly access: ToldAccess;
  readonly digest: string | null;
  readonly reference: string;
  readonly registry: string;
  readonly documentation: string | null;
  readonly source: string | null;
  readonly created: string | null;
  readonly size: number | null;
  readonly platforms: readonly string[];
  readonly listed: boolean;
  readonly groups: readonly string[];
  readonly unmapped: readonly string[];
  readonly reads: readonly Term[];
  readonly writes: readonly Term[];
  readonly requires: {
    readonly architectures: readonly string[];
    readonly cpus: number | null;
    readonly memory: number | null;
    readonly mpi: string | null;
    readonly engines: readonly string[];
    readonly gpu: {
      readonly vendor: string;
      readonly minimumCuda: string | null;
      readonly memory: number | null;
    } | null;
  };
  readonly labels: readonly { readonly name: string; readonly value: string }[];
  readonly sameDigest: readonly {
    readonly id: string;
    readonly repository: string;
    readonly tags: readonly string[];
    readonly facility: { readonly id: string; readonly name: string };
  }[];
}

/** Why the gateway gave no answer. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  readonly suggestions: readonly string[];
  /** The choices that nobody knows. */
  readonly unknown: readonly { readonly field: string; readonly value: string }[];
}

export type Asked<T> = { readonly data: T } | { readonly refusal: Refusal };

export function askFrame(gateway: Gateway, caller: Caller): Promise<Asked<Frame>> {
  return ask<Frame>(gateway, FRAME, {}, caller);
}

export async function askResults(
  gateway: Gateway,
  query: PageQuery,
  caller: Caller,
): Promise<Asked<Results>> {
  const only = [...query.only].map(([field, values]) => [FACET_CHOICE[field], values] as const);
  const asked = await ask<{
    readonly images: Omit<Results, 'facets'>;
    readonly choices: { readonly facets: readonly ToldFacet[] };
  }>(
    gateway,
    RESULTS,
    {
      search: query.search,
      only: Object.fromEntries(only),
      at: query.at,
      orderBy: query.order,
      first: IMAGES_A_PAGE,
      after: query.after,
      fields: FACETS,
      values: VALUES_A_FACET,
    },
    caller,
  );
  if ('refusal' in asked) return asked;
  const { images, choices } = asked.data;
  return { data: { ...images, facets: choices.facets } };
}

/** null: there is none that the caller may know of. */
export async function askImage(
  gateway: Gateway,
  id: string,
  at: string | null,
  caller: Caller,
): Promise<Asked<FullImage | null>> {
  const asked = await ask<{ readonly image: FullImage | null }>(gateway, IMAGE, { id, at }, caller);
  return 'refusal' in asked ? asked : { data: asked.data.image };
}

/** An error makes the whole answer a refusal: the page selects nothing that may fail alone. */
async function ask<T>(
  gateway: Gateway,
  document: string,
  variables: Readonly<Record<string, unknown>>,
  caller: Caller,
): Promise<Asked<T>> {
  const { data, errors } = await gateway.ask(document, variables, caller);
  const [error] = errors;
  if (error === undefined) return { data: data as T };
  const { code, hint, suggestions, unknown } = error.extensions as Partial<Refusal>;
  return {
    refusal: {
      code: code ?? 'INTERNAL',
      message: error.message,
      hint: hint ?? null,
      suggestions: suggestions ?? [],
      unknown: unknown ?? [],
    },
  };
}
