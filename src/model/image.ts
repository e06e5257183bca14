// The image record: one digest in one repository, total, as policies and GraphQL see it.
import type { License } from './license.ts';
import type { Trust } from './trust.ts';

/** From the most open to the least; `unknown` is none of them and opens nothing. */
export const SHARINGS = ['open', 'conditional', 'none', 'unknown'] as const;
export type Sharing = (typeof SHARINGS)[number];

export const SUPPLIERS = ['staff', 'user', 'unknown'] as const;
export type Supplier = (typeof SUPPLIERS)[number];

/** A framework with its canonical name (by the vocabulary alone) and the version as the lab writes it. */
export interface FrameworkVersion {
  readonly name: string;
  readonly version: string | null;
  readonly raw: string;
}

export interface Gpu {
  readonly vendor: string;
  readonly minimumCuda: string | null;
  /** Bytes. */
  readonly memory: number | null;
}

export interface Requirements {
  readonly architectures: readonly string[];
  readonly cpus: number | null;
  /** Bytes. */
  readonly memory: number | null;
  readonly gpu: Gpu | null;
  readonly mpi: string | null;
  readonly engines: readonly string[];
}

/** What the facility itself said, before any label lowered it; it chooses the row of the decision table. */
export interface Stated {
  readonly sharing: Sharing;
}

/** An image, total: an enumeration without a value is `unknown`, a scalar is null, a list is empty. */
export interface ImageRecord {
  /** `<facility>/<registry key>/<repository>@<digest>`, or `:<tag>` where there is no digest. */
  readonly id: string;
  /** The registry's own, opaque; null where the registry has none. */
  readonly upstreamId: string | null;
  readonly facility: string;
  readonly registry: string;
  readonly repository: string;
  readonly tags: readonly string[];
  /** OCI digest, `sha256:<64 hex>`. */
  readonly digest: string | null;
  /** `<pull host[:port][/prefix]>/<repository>@<digest>`, or `:<tag>`. */
  readonly reference: string;
  readonly title: string | null;
  readonly description: string | null;
  readonly documentation: string | null;
  readonly source: string | null;
  /** RFC 3339, UTC. */
  readonly created: string | null;
  /** Bytes. */
  readonly size: number | null;
  /** `<os>/<architecture>[/<variant>]`, as OCI writes them. */
  readonly platforms: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly frameworks: readonly FrameworkVersion[];
  /** PaNET ids, as in `PaNET01168`. */
  readonly techniques: readonly string[];
  /** Format ids of the vocabulary. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Names of techniques, formats and frameworks that matched nothing of the vocabulary. */
  readonly unmapped: readonly string[];
  readonly license: License;
  readonly sharing: Sharing;
  readonly stated: Stated;
  readonly listed: boolean;
  readonly suppliedBy: Supplier;
  /** AARC-G069 URNs, canonical. */
  readonly groups: readonly string[];
  readonly trust: Trust;
  readonly requires: Requirements;
}
