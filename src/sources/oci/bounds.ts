// Bounds of a crawl, and of what a registry may send in it.

/** From `limits` of federation.yaml. */
export interface OciLimits {
  /** Records of one registry. */
  readonly records: number;
  /** Pages of all lists of one crawl together. */
  readonly pages: number;
  /** Bytes of one crawl. */
  readonly upstreamBytes: number;
  readonly oci: {
    /** Repositories of one registry. */
    readonly repositories: number;
    /** Tags of one repository. */
    readonly tags: number;
    /** Manifests of one image, those of indexes within its index included. */
    readonly manifests: number;
    /** Bytes of one manifest, index or configuration. */
    readonly documentBytes: number;
  };
}

/** Indexes within indexes: one is unusual. */
export const MAX_DEPTH = 4;

/** Bytes of one page of a list. */
export const LIST_BYTES = 8_388_608;

/** Names that are asked for in one page of a list. */
export const PAGE_SIZE = 1_000;

/** Requests of one crawl at a time; the registry's client may allow fewer. */
export const AT_ONCE = 16;

/** Repositories of one crawl at a time. */
export const REPOSITORIES_AT_ONCE = 8;

/** Images of one repository that are read at a time: few, so that some are whole when no more requests are allowed. */
export const IMAGES_AT_ONCE = 4;
