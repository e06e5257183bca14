// The image record: one digest in one repository, total, as policies and GraphQL see it.
import type { RecordValues } from './field.ts';
import type { DESCRIPTIVE_FIELDS } from './image-fields.ts';
import type { License } from './license.ts';
import type { Trust, TrustClaims } from './trust.ts';

/** From the most open to the least; `unknown` is none of them and opens nothing. */
export const SHARINGS = ['open', 'conditional', 'none', 'unknown'] as const;
export type Sharing = (typeof SHARINGS)[number];

/** By whom an image was supplied. */
export const SUPPLIERS = ['staff', 'user', 'unknown'] as const;
export type Supplier = (typeof SUPPLIERS)[number];

export type { FrameworkVersion } from './field.ts';

/** What describes an image: {@link DESCRIPTIVE_FIELDS}. */
export type Description = RecordValues<typeof DESCRIPTIVE_FIELDS>;

export type Requirements = Description['requires'];

/** One manifest of an image's index, or its only one (OCI image index, `manifests`). */
export interface PlatformManifest {
  /** `<os>/<architecture>[/<variant>]`; null: not known. */
  readonly platform: string | null;
  readonly digest: string;
  /** Bytes to be pulled for it; null: not known. */
  readonly size: number | null;
}

export const ATTACHMENT_KINDS = ['signature', 'attestation', 'sbom'] as const;
export type AttachmentKind = (typeof ATTACHMENT_KINDS)[number];

/** Something that a registry holds beside an image, as its media types say it. */
export interface AttachmentReference {
  /** The digest of its manifest, or of the document where the registry has no manifests. */
  readonly digest: string;
  readonly kind: AttachmentKind;
}

/** What the registry holds beside an image. */
export interface Attachments {
  /** By digest, each once; empty also for a registry that has no way to say. */
  readonly listed: readonly AttachmentReference[];
  /**
   * Since when the registry could not be asked for all of them, in milliseconds since the epoch: those of before are listed
   * too; null: these are all.
   */
  readonly doubtedSince: number | null;
}

/** Nothing is attached. */
export const NO_ATTACHMENTS: Attachments = Object.freeze({ listed: Object.freeze([]), doubtedSince: null });

/** A variable of the environment that an image's configuration sets, of those that matching asks about. */
export interface EnvironmentVariable {
  readonly name: string;
  readonly value: string;
}

/** What the facility itself stated, before any label lowered it; it selects the row of the decision table. */
export interface Stated {
  readonly sharing: Sharing;
}

/** An image, total: an enumeration without a value is `unknown`, a scalar is null, a list is empty. */
export interface ImageRecord extends Description {
  /** `<facility>/<registry key>/<repository>@<digest>`, or `:<tag>` where there is no digest. */
  readonly id: string;
  /** The registry's own, opaque; null where the registry has none. */
  readonly upstreamId: string | null;
  readonly facility: string;
  readonly registry: string;
  readonly repository: string;
  readonly tags: readonly string[];
  /** OCI digest: `sha256:<64 hex>` or `sha512:<128 hex>`. */
  readonly digest: string | null;
  /** `<pull host[:port][/prefix]>/<repository>@<digest>`, or `:<tag>`. */
  readonly reference: string;
  /** One for each platform, as an OCI registry has them; empty for other registries. */
  readonly manifests: readonly PlatformManifest[];
  /** Sorted by name, then value: a name comes once for each value that a platform sets. */
  readonly environment: readonly EnvironmentVariable[];
  readonly labels: Readonly<Record<string, string>>;
  /**
   * Names of labels by which no policy can judge: left out of `labels`, since they are beyond the bounds and nobody read
   * them, or with different values on the image's levels or platforms. Sorted.
   */
  readonly droppedLabels: readonly string[];
  /** Names of techniques, formats and frameworks that matched nothing of the vocabulary. */
  readonly unmapped: readonly string[];
  readonly license: License;
  readonly sharing: Sharing;
  readonly stated: Stated;
  readonly listed: boolean;
  readonly suppliedBy: Supplier;
  /** AARC-G069 URNs, canonical. */
  readonly groups: readonly string[];
  readonly claims: TrustClaims;
  readonly attachments: Attachments;
  readonly trust: Trust;
}
