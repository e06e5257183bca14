// What a manifest is of: a container image, or one of the other things that registries hold. Judged by all of artifactType,
// the configuration's type and the layers' types, since cosign's signatures have the configuration of an image.
import type { Manifest } from './manifest.ts';
import { isImageConfig, isImageLayer } from './media-types.ts';

export const MANIFEST_KINDS = ['image', 'signature', 'attestation', 'sbom', 'chart', 'artifact'] as const;

/** What a manifest is of. */
export type ManifestKind = (typeof MANIFEST_KINDS)[number];

const KINDS: readonly (readonly [Exclude<ManifestKind, 'image' | 'artifact'>, RegExp])[] = [
  ['chart', /^application\/vnd\.cncf\.helm\./],
  [
    'signature',
    /^application\/vnd\.(?:dev\.cosign\.simplesigning|dev\.cosign\.artifact\.sig|cncf\.notary\.signature|dev\.sigstore\.bundle)\b/,
  ],
  ['attestation', /^application\/(?:vnd\.dsse\.envelope|vnd\.in-toto)\b/],
  [
    'sbom',
    /^(?:text\/spdx|application\/spdx|application\/vnd\.(?:cyclonedx|syft|spdx)|application\/vnd\.dev\.cosign\.artifact\.sbom)/,
  ],
];

/**
 * `image` where the configuration is an image's, no artifactType (empty: there is none) says otherwise, and
 * there are no layers or one at least that engines unpack; else as {@link kindOfTypes} of all its media
 * types.
 */
export function kindOf({ artifactType, config, layerTypes }: Manifest): ManifestKind {
  const isImage =
    isImageConfig(config.mediaType) &&
    (artifactType === '' || isImageConfig(artifactType)) &&
    (layerTypes.length === 0 || layerTypes.some(isImageLayer));
  if (isImage) return 'image';
  return kindOfTypes([artifactType, config.mediaType, ...layerTypes]);
}

/**
 * What is not an image, by its media types: the first of chart, signature, attestation and SBOM that any of
 * them is of, and `artifact` where none is, or there are none.
 */
export function kindOfTypes(types: readonly string[]): Exclude<ManifestKind, 'image'> {
  return KINDS.find(([, pattern]) => types.some((type) => pattern.test(type)))?.[0] ?? 'artifact';
}
