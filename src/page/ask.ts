// What the page asks the gateway, as any other caller would.
import type { TypedText } from '../graphql/document.ts';
import type { Gateway, RequestContext } from '../graphql/gateway.ts';
import {
  PageFrameDocument,
  PageImageDocument,
  PageResultsDocument,
} from '../graphql/generated/operations.ts';
import { FACET_CHOICE, type FacetField } from '../model/choices.ts';
import type { Frame, FullImage, Refusal, Results } from './answer.ts';
import type { PageQuery } from './query.ts';

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

/**
 * What every page shows: the facilities, the caller and the vocabulary. What the gateway refuses in executing
 * is a `refusal` in the answer, and so is the signal's reason once the request has ended (INTERNAL where that
 * is no FederationError). Rejects with LIMIT_EXCEEDED where the page's own document costs more than
 * `limits.cost`, or has more tokens, levels, aliases or directives than `limits` allow.
 */
export function askFrame(gateway: Gateway, request: RequestContext): Promise<GatewayAnswer<Frame>> {
  return ask(gateway, PageFrameDocument.toString(), {}, request);
}

/**
 * One page of at most 20 images that match the query, and its facets with up to {@link VALUES_A_FACET} (24) values
 * each, and the chosen ones. Refusals and errors as those of {@link askFrame}.
 */
export async function askResults(
  gateway: Gateway,
  query: PageQuery,
  request: RequestContext,
): Promise<GatewayAnswer<Results>> {
  const only = [...query.only].map(([field, values]) => [FACET_CHOICE[field], values] as const);
  const asked = await ask(
    gateway,
    PageResultsDocument.toString(),
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

/**
 * The image with this id, and what the caller may do with it at the facility `at` (null: at none); `data` null: there
 * is none that the caller may know of. Refusals and errors as those of {@link askFrame}.
 */
export async function askImage(
  gateway: Gateway,
  id: string,
  at: string | null,
  request: RequestContext,
): Promise<GatewayAnswer<FullImage | null>> {
  const asked = await ask(gateway, PageImageDocument.toString(), { id, at }, request);
  return 'refusal' in asked ? asked : { data: asked.data.image };
}

/**
 * The answer to one document, or why there is none: an error makes the whole answer a refusal, for the page selects nothing that may
 * fail alone. Rejects as {@link askFrame} does.
 */
export async function ask<T, Variables extends Readonly<Record<string, unknown>>>(
  gateway: Gateway,
  document: TypedText<T, Variables>,
  variables: Variables,
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
