// What the gateway answers the page: the types of its documents' answers, and of their parts.
import type {
  AccessReasonsFragment,
  CardFragment,
  PageFrameQuery,
  PageImageQuery,
  PageResultsQuery,
} from '../graphql/generated/operations.ts';

export type Frame = PageFrameQuery;
export type FacilityResponse = Frame['facilities'][number];

export type AccessResponse = AccessReasonsFragment;
export type ReasonResponse = AccessResponse['reasons'][number];

export type CardImage = CardFragment;
export type Term = CardImage['techniques'][number];
export type ConditionResponse = CardImage['license']['conditions'][number];

export type FullImage = NonNullable<PageImageQuery['image']>;

export type FacetResponse = PageResultsQuery['choices']['facets'][number];
export type Results = PageResultsQuery['images'] & { readonly facets: readonly FacetResponse[] };
export type OutcomeResponse = Results['sources'][number];
export type NoticeResponse = Results['notices'][number];

/** Why the gateway gave no answer. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  readonly suggestions: readonly string[];
  /** The choices that nobody knows. */
  readonly unknown: readonly { readonly field: string; readonly value: string }[];
}
