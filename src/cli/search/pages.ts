// Asks for as many pages as were wanted, one after the other, each from the cursor of the one before.
import type { FacetField, ImageOrder } from '../../model/choices.ts';
import type { Answer, Gateway } from '../gateway/client.ts';
import {
  type AccessResponse,
  type AskedChoices,
  FACETS,
  type FacetResponse,
  IMAGES,
  type ImageResponse,
  type ImagesPage,
  type Question,
} from './query.ts';

/** The largest page that a gateway answers. */
const PAGE = 100;

/** However many there are: more than this is useful neither to a person nor to a pipe. */
const MAX_IMAGES = 100_000;

export interface ImagesFound {
  readonly images: readonly (ImageResponse & { readonly access: AccessResponse })[];
  readonly totalCount: number;
  readonly complete: boolean;
  /** Where to go on; null at the end. */
  readonly endCursor: string | null;
  readonly notices: ImagesPage['notices'];
  readonly sources: ImagesPage['sources'];
  readonly warnings: readonly string[];
}

export interface PageWanted {
  readonly orderBy: ImageOrder;
  /** null: all of them. */
  readonly first: number | null;
  readonly after: string | null;
  readonly long: boolean;
}

/**
 * The images that a question finds, in its order, page after page of 100 (Relay cursors), at most
 * {@link MAX_IMAGES} (100,000), also where `first` is null; `progress` is called after each page but the
 * last. Rejects as {@link Gateway} says of `ask`, with GATEWAY_UNREACHABLE or the gateway's own code; errors
 * beside data are in `warnings`.
 */
export async function findImages(
  gateway: Gateway,
  question: Question,
  wanted: PageWanted,
  progress: (fetched: number, of: number) => void,
): Promise<ImagesFound> {
  const limit = Math.min(wanted.first ?? MAX_IMAGES, MAX_IMAGES);
  const images: (ImageResponse & { access: AccessResponse })[] = [];
  const warnings: string[] = [];
  for (let after = wanted.after; ; ) {
    const first = Math.min(PAGE, limit - images.length);
    const { orderBy, long } = wanted;
    const variables = { ...(question as AskedChoices), orderBy, first, after, long };
    const answer: Answer<{ images: ImagesPage }> = await gateway.ask(IMAGES, variables);
    const page = answer.data.images;
    images.push(...page.edges.map(({ access, node }) => ({ ...node, access })));
    warnings.push(...answer.failures.map(({ message }) => message));
    const { hasNextPage, endCursor } = page.pageInfo;
    const more = hasNextPage && endCursor !== null && endCursor !== after;
    if (!more || page.edges.length === 0 || images.length >= limit) {
      return {
        images,
        totalCount: page.totalCount,
        complete: page.complete,
        endCursor: more ? endCursor : null,
        notices: page.notices,
        sources: page.sources,
        warnings,
      };
    }
    progress(images.length, page.totalCount);
    after = endCursor;
  }
}

/**
 * How many of the question's images have each value of these fields. Rejects as {@link Gateway} says of
 * `ask`, with GATEWAY_UNREACHABLE or the gateway's own code. Errors beside the data are left out.
 */
export async function findFacets(
  gateway: Gateway,
  question: Question,
  fields: readonly FacetField[],
): Promise<readonly FacetResponse[]> {
  const answer = await gateway.ask(FACETS, { ...(question as AskedChoices), fields });
  return answer.data.images.facets;
}
