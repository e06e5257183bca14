// The shape of what the gateway answers the page.
import type { FacetField } from '../model/choices.ts';
import type { SourceStatus } from '../model/outcome.ts';

export interface FacilityResponse {
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
  readonly facilities: readonly FacilityResponse[];
}

export interface ReasonResponse {
  readonly code: string;
  readonly action: string;
  readonly message: string;
  readonly remedy: string | null;
  readonly policy: string;
}

export interface AccessResponse {
  readonly discover: boolean;
  readonly pull: boolean;
  readonly execute: boolean;
  readonly reasons: readonly ReasonResponse[];
}

export interface Term {
  readonly id: string;
  readonly label: string;
}

export interface ConditionResponse {
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
    readonly conditions: readonly ConditionResponse[];
  };
  readonly trust: { readonly state: string; readonly signers: readonly string[] };
  readonly pullCommands: readonly { readonly engine: string; readonly command: string }[];
}

export interface OutcomeResponse {
  readonly facility: { readonly id: string; readonly name: string };
  readonly registry: string;
  readonly status: SourceStatus;
  readonly records: number;
  /** Seconds. */
  readonly age: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface NoticeResponse {
  readonly code: string;
  readonly message: string;
  readonly suggestions: readonly string[];
}

export interface FacetResponse {
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
  readonly notices: readonly NoticeResponse[];
  readonly sources: readonly OutcomeResponse[];
  readonly edges: readonly { readonly access: AccessResponse; readonly node: CardImage }[];
  readonly facets: readonly FacetResponse[];
}

export interface FullImage extends CardImage {
  readonly access: AccessResponse;
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
