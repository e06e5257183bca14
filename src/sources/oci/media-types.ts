// Media types of the OCI image specification and of Docker's, as far as they say what a document is.

/** Media types of an OCI image index, and its Docker counterpart. */
export const INDEX_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
] as const;

/** Media types of an OCI image manifest, and its Docker counterpart. */
export const IMAGE_MANIFEST_TYPES = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
] as const;

/**
 * What is accepted in place of a manifest, always all of them: a registry converts what is not accepted, and answers
 * another digest.
 */
export const ACCEPTED: readonly string[] = [...INDEX_TYPES, ...IMAGE_MANIFEST_TYPES];

const IMAGE_CONFIGS = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
]);

/** Layers of a file system: plain, gzip or zstd, also those that may not be distributed, and encrypted ones. */
const IMAGE_LAYER =
  /^application\/vnd\.(?:oci\.image\.layer\.(?:nondistributable\.)?v1\.tar|docker\.image\.rootfs\.(?:diff|foreign\.diff)\.tar)(?:[.+](?:gzip|zstd))?(?:\+encrypted)?$/;

/** A media type as it is compared: without parameters, in small letters (RFC 6838). */
export const bareType = (type: string): string => (type.split(';', 1)[0] ?? '').trim().toLowerCase();

/** Characters of a media type (RFC 6838: 127 on each side of the slash). */
const MAX_TYPE = 255;

/** What a document states as a media type, as {@link bareType} has it; '' where it is none, or has more than 255 characters. */
export const statedType = (value: unknown): string =>
  typeof value === 'string' && value.length <= MAX_TYPE ? bareType(value) : '';

/**
 * Whether it is the configuration of a container image, OCI's or Docker's, as {@link bareType} compares it.
 */
export const isImageConfig = (type: string): boolean => IMAGE_CONFIGS.has(bareType(type));

/**
 * Whether it is a layer of a container image's file system, OCI's or Docker's, as {@link bareType} compares
 * it.
 */
export const isImageLayer = (type: string): boolean => IMAGE_LAYER.test(bareType(type));

/** Whether it is a manifest of schema 1, which Docker gave up: its digest is not that of its bytes. */
export const isSchema1 = (type: string): boolean =>
  /^application\/vnd\.docker\.distribution\.manifest\.v1\+(?:json|prettyjws)$/.test(bareType(type));
