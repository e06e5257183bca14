// What the page asks the gateway, as any other caller would.
import type { Gateway, RequestContext } from '../graphql/gateway.ts';
import { FACET_CHOICE, type FacetField } from '../model/choices.ts';
import type { FacetResponse, Frame, FullImage, Refusal, Results } from './answer.ts';
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
  'VERSION',
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

/** Versions of all software together would say little. */
function facetsFor({ only }: PageQuery): readonly FacetField[] {
  const isVersioned = only.has('FRAMEWORK') || only.has('VERSION');
  return isVersioned ? FACETS : FACETS.filter((field) => field !== 'VERSION');
}

const IMAGES_A_PAGE = 20;
/** Values of a facet that are asked for; the chosen ones always come. */
export const VALUES_A_FACET = 24;

export type GatewayAnswer<T> = { readonly data: T } | { readonly refusal: Refusal };

export function askFrame(gateway: Gateway, request: RequestContext): Promise<GatewayAnswer<Frame>> {
  return ask<Frame>(gateway, FRAME, {}, request);
}

export async function askResults(
  gateway: Gateway,
  query: PageQuery,
  request: RequestContext,
): Promise<GatewayAnswer<Results>> {
  const only = [...query.only].map(([field, values]) => [FACET_CHOICE[field], values] as const);
  const asked = await ask<{
    readonly images: Omit<Results, 'facets'>;
    readonly choices: { readonly facets: readonly FacetResponse[] };
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
      fields: facetsFor(query),
      values: VALUES_A_FACET,
    },
    request,
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
  request: RequestContext,
): Promise<GatewayAnswer<FullImage | null>> {
  const asked = await ask<{ readonly image: FullImage | null }>(gateway, IMAGE, { id, at }, request);
  return 'refusal' in asked ? asked : { data: asked.data.image };
}

/** An error makes the whole answer a refusal: the page selects nothing that may fail alone. */
async function ask<T>(
  gateway: Gateway,
  document: string,
  variables: Readonly<Record<string, unknown>>,
  request: RequestContext,
): Promise<GatewayAnswer<T>> {
  const { data, errors } = await gateway.ask(document, variables, request);
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
