// What `panfed search` and `panfed show` ask the gateway for, and the parts of the answer.
import type {
  AccessReasonsFragment,
  FacetsQuery,
  FoundImageFragment,
  SearchQuery,
  SearchQueryVariables,
} from '../../graphql/generated/operations.ts';
import { FacetsDocument, SearchDocument } from '../../graphql/generated/operations.ts';
import type { ChoiceValues } from './choices.ts';

/** The GraphQL document that asks for one page of images. */
export const IMAGES = SearchDocument.toString();

/** The GraphQL document that asks for facets. */
export const FACETS = FacetsDocument.toString();

/** The choices of one question, the same for each of its pages. */
export interface Question {
  readonly search: string | null;
  readonly only: ChoiceValues;
  readonly except: ChoiceValues;
  readonly prefer: ChoiceValues;
  readonly at: string | null;
}

/** Words of enumerations were checked where they were read ({@link ChoiceValues}); the gateway checks them again. */
export type AskedChoices = Pick<SearchQueryVariables, 'search' | 'only' | 'except' | 'prefer' | 'at'>;

export type AccessResponse = AccessReasonsFragment;
export type ImageResponse = FoundImageFragment;
export type ImagesPage = SearchQuery['images'];
export type FacetResponse = FacetsQuery['images']['facets'][number];
