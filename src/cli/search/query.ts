// What `panfed search` asks the gateway for, and the shape of the answer.
import type { ImageOrder } from '../../model/choices.ts';
import type { SourceStatus } from '../../model/outcome.ts';
import type { ChoiceValues } from './choices.ts';

const ARGUMENTS = 'search: $search, only: $only, except: $except, prefer: $prefer, at: $at';
const VARIABLES = '$search: String, $only: Choices, $except: Choices, $prefer: Choices, $at: ID';

/** All that is shown of an image but its access; what is for a card alone with `$long`. */
export const IMAGE_FIELDS = `
  id reference repository tags digest sharing suppliedBy
  facility { id name }
  frameworks { name version }
  license { state expression raw }
  trust { state signers }
  title @include(if: $long)
  description @include(if: $long)
  documentation @include(if: $long)
  created @include(if: $long)
  size @include(if: $long)
  platforms @include(if: $long)
  techniques @include(if: $long) { id label }
  reads @include(if: $long) { id label }
  writes @include(if: $long) { id label }
  pullCommands @include(if: $long) { engine command }`;

export const IMAGES = `query Search(${VARIABLES}, $orderBy: ImageOrder, $first: Int, $after: String, $long: Boolean!) {
  images(${ARGUMENTS}, orderBy: $orderBy, first: $first, after: $after) {
    totalCount complete
    pageInfo { hasNextPage endCursor }
    notices { code message suggestions }
    sources { facility { id } registry status records age error { code message } }
    edges {
      access { discover pull execute reasons { code action message remedy policy } }
      node {
        ${IMAGE_FIELDS}
      }
    }
  }
}`;

/** Facets on a page of their own, of one image: their cost would else be counted for each image of the page. */
export const FACETS = `query Facets(${VARIABLES}, $fields: [FacetField!]!) {
  images(${ARGUMENTS}, first: 1) { facets(fields: $fields) { field values { value label count chosen } } }
}`;

/** The choices of one question, the same for each of its pages. */
export interface Question {
  readonly search: string | null;
  readonly only: ChoiceValues;
  readonly except: ChoiceValues;
  readonly prefer: ChoiceValues;
  readonly at: string | null;
}

export interface ImagesVariables extends Question {
  readonly orderBy: ImageOrder;
  readonly first: number;
  readonly after: string | null;
  readonly long: boolean;
}

export interface AccessResponse {
  readonly discover: boolean;
  readonly pull: boolean;
  readonly execute: boolean;
  readonly reasons: readonly {
    readonly code: string;
    readonly action: string;
    readonly message: string;
    readonly remedy: string | null;
    readonly policy: string;
  }[];
}

export interface ImageResponse {
  readonly id: string;
  readonly reference: string;
  readonly repository: string;
  readonly tags: readonly string[];
  readonly digest: string | null;
  readonly sharing: string;
  readonly suppliedBy: string;
  readonly facility: { readonly id: string; readonly name: string };
  readonly frameworks: readonly { readonly name: string; readonly version: string | null }[];
  readonly license: {
    readonly state: string;
    readonly expression: string | null;
    readonly raw: string | null;
  };
  readonly trust: { readonly state: string; readonly signers: readonly string[] };
  readonly title?: string | null;
  readonly description?: string | null;
  readonly documentation?: string | null;
  readonly created?: string | null;
  readonly size?: number | null;
  readonly platforms?: readonly string[];
  readonly techniques?: readonly Concept[];
  readonly reads?: readonly Concept[];
  readonly writes?: readonly Concept[];
  readonly pullCommands?: readonly { readonly engine: string; readonly command: string }[];
}

interface Concept {
  readonly id: string;
  readonly label: string;
}

export interface OutcomeResponse {
  readonly facility: { readonly id: string };
  readonly registry: string;
  readonly status: SourceStatus;
  readonly records: number;
  readonly age: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface ImagesPage {
  readonly totalCount: number;
  readonly complete: boolean;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly notices: readonly {
    readonly code: string;
    readonly message: string;
    readonly suggestions: readonly string[];
  }[];
  readonly sources: readonly OutcomeResponse[];
  readonly edges: readonly { readonly access: AccessResponse; readonly node: ImageResponse }[];
}

export interface FacetResponse {
  readonly field: string;
  readonly values: readonly {
    readonly value: string;
    readonly label: string;
    readonly count: number;
    readonly chosen: boolean;
  }[];
}
