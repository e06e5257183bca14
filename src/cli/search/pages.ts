// Asks for the images and the facets of a question.
import type { FacetField, ImageOrder } from '../../model/choices.ts';
import type { Answer, Gateway } from '../gateway/client.ts';
import { askPages, type Progress, type Wanted } from '../gateway/pages.ts';
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

export interface PageWanted extends Wanted {
  readonly orderBy: ImageOrder;
  readonly long: boolean;
}

/**
 * The images that a question finds, in its order, as {@link askPages} gives them. Rejects as {@link Gateway} says of `ask`, with
 * GATEWAY_UNREACHABLE or the gateway's own code; errors beside data are in `warnings`.
 */
export async function findImages(
  gateway: Gateway,
  question: Question,
  wanted: PageWanted,
  progress: Progress,
): Promise<ImagesFound> {
  const { orderBy, long } = wanted;
  const found = await askPages(
    wanted,
    async (first, after) => {
      const variables = { ...(question as AskedChoices), orderBy, first, after, long };
      const answer: Answer<{ images: ImagesPage }> = await gateway.ask(IMAGES, variables);
      const { images } = answer.data;
      return { page: images, rows: images.edges.length, failures: answer.failures };
    },
    progress,
  );
  const { totalCount, complete, notices, sources } = found.last;
  return {
    images: found.pages.flatMap(({ edges }) => edges.map(({ access, node }) => ({ ...node, access }))),
    ...{ totalCount, complete, endCursor: found.endCursor, notices, sources, warnings: found.warnings },
  };
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
