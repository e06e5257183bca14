// Provenance: who built an image, how, and from what (SLSA, https://slsa.dev/spec/v1.0/provenance).

/** What a statement says of a build. Texts are inert and bounded. */
export interface BuildProvenance {
  /** URI of the builder; null: not said. */
  readonly builder: string | null;
  /** URI of the source repository, without its revision; null: not said. */
  readonly source: string | null;
  /** The commit; null: not said. */
  readonly revision: string | null;
  readonly materials: readonly Material[];
}

/** Something that went into the build (SLSA v0.2: a material; v1: a resolved dependency). */
export interface Material {
  readonly uri: string;
  /** `<algorithm>:<value>`; null: not said. */
  readonly digest: string | null;
}

/** What is known of an image's build. */
export interface Provenance extends BuildProvenance {
  /** Whether a trusted signer signed it, of a builder that the facility allows; else somebody merely says so, or nobody. */
  readonly verified: boolean;
}

/** Nobody says how the image was built. */
export const NO_PROVENANCE: Provenance = Object.freeze({
  verified: false,
  builder: null,
  source: null,
  revision: null,
  materials: Object.freeze([]),
});
