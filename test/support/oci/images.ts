// Images as OCI registries hold them, made small: documents with their digests, and everything that must be pushed for one.
import { digestOf } from '../../../src/model/digest.ts';

export const OCI = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

export const DOCKER = {
  list: 'application/vnd.docker.distribution.manifest.list.v2+json',
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
} as const;

/** A document with its digest. */
export interface TestDocument {
  readonly bytes: Buffer;
  readonly digest: string;
  readonly mediaType: string;
}

/** A manifest with all that it needs in its repository, without itself. */
export interface TestImage extends TestDocument {
  readonly blobs: readonly TestDocument[];
  readonly manifests: readonly TestDocument[];
}

export function documentOf(value: unknown, mediaType: string, algorithm: 'sha256' | 'sha512' = 'sha256') {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value));
  return { bytes, digest: digestOf(bytes, algorithm), mediaType };
}

export const descriptorOf = ({ bytes, digest, mediaType }: TestDocument) => ({
  mediaType,
  digest,
  size: bytes.length,
});

export interface ImageOptions {
  readonly labels?: unknown;
  readonly annotations?: unknown;
  readonly platform?: { readonly os?: string; readonly architecture?: string; readonly variant?: string };
  readonly created?: string;
  readonly env?: readonly string[];
  readonly layerType?: string;
  readonly configType?: string;
  readonly artifactType?: string;
  readonly mediaType?: string;
  /** What it refers to. */
  readonly subject?: TestDocument;
  /** Makes images of equal labels differ. */
  readonly content?: string;
  /** In place of one layer of `layerType` and `content`. */
  readonly layers?: readonly (TestDocument & { readonly annotations?: Readonly<Record<string, string>> })[];
  readonly algorithm?: 'sha256' | 'sha512';
}

/** An image for one platform, linux/amd64 unless said, of one layer. */
export function testImage(options: ImageOptions = {}): TestImage {
  const { platform = { os: 'linux', architecture: 'amd64' }, algorithm = 'sha256' } = options;
  const config = documentOf(
    {
      ...platform,
      created: options.created ?? '2024-05-01T12:00:00Z',
      config: { Labels: options.labels, Env: options.env ?? ['PATH=/usr/bin'] },
      rootfs: { type: 'layers', diff_ids: [] },
      history: [{ created_by: options.content ?? '' }],
    },
    options.configType ?? OCI.config,
    algorithm,
  );
  const layers = options.layers ?? [
    documentOf(Buffer.from(`layer ${options.content ?? ''}`), options.layerType ?? OCI.layer, algorithm),
  ];
  const manifest = documentOf(
    {
      schemaVersion: 2,
      mediaType: options.mediaType ?? OCI.manifest,
      ...(options.artifactType !== undefined && { artifactType: options.artifactType }),
      config: descriptorOf(config),
      layers: layers.map((layer) => ({
        ...descriptorOf(layer),
        ...('annotations' in layer && { annotations: layer.annotations }),
      })),
      ...(options.subject !== undefined && { subject: descriptorOf(options.subject) }),
      ...(options.annotations !== undefined && { annotations: options.annotations }),
    },
    options.mediaType ?? OCI.manifest,
    algorithm,
  );
  return { ...manifest, blobs: [config, ...layers], manifests: [] };
}

/** What an entry of an index says of its manifest. */
export interface Entry {
  readonly image: TestImage;
  readonly platform?: unknown;
  readonly annotations?: unknown;
}

/** An index of images. */
export function testIndex(
  entries: readonly Entry[],
  { annotations, mediaType = OCI.index }: { annotations?: unknown; mediaType?: string } = {},
): TestImage {
  const index = documentOf(
    {
      schemaVersion: 2,
      mediaType,
      manifests: entries.map(({ image, ...said }) => ({ ...descriptorOf(image), ...said })),
      ...(annotations !== undefined && { annotations }),
    },
    mediaType,
  );
  return {
    ...index,
    blobs: entries.flatMap(({ image }) => image.blobs),
    manifests: entries.flatMap(({ image }) => [...image.manifests, image]),
  };
}

/** A signature as cosign 3 and notation push it: an artifact whose subject is the image. */
export const testSignature = (subject: TestDocument, options: ImageOptions = {}): TestImage =>
  testImage({
    artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    configType: 'application/vnd.oci.empty.v1+json',
    layerType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    content: `a signature of ${subject.digest}`,
    subject,
    ...options,
  });

/** A signature as cosign 2 pushes it under a tag: an image by its configuration, a signature by its layer. */
export const cosignSignature = (of: TestDocument): TestImage =>
  testImage({
    layerType: 'application/vnd.dev.cosign.simplesigning.v1+json',
    content: `a signature of ${of.digest} by cosign`,
  });

/** The tag of a registry without referrers API, with a suffix for cosign's. */
export const referrerTag = ({ digest }: TestDocument, suffix = ''): string =>
  `${digest.replace(':', '-')}${suffix}`;

/** What is attested, by the type of its predicate. */
export type Attested = Readonly<Record<string, unknown>>;

/**
 * Attestations as buildx puts them beside the image that they are of, as one entry of its index: a layer for each of
 * `attested`, which is a provenance unless said. `isSaid`: whether each layer says what it attests.
 */
export function buildxAttestation(
  of: TestDocument,
  attested: Attested = { 'https://slsa.dev/provenance/v0.2': {} },
  isSaid = true,
): Entry {
  const layers = Object.entries(attested).map(([predicateType, predicate]) => ({
    ...documentOf(statementOf(of, predicateType, predicate), 'application/vnd.in-toto+json'),
    ...(isSaid && { annotations: { 'in-toto.io/predicate-type': predicateType } }),
  }));
  const platform = { os: 'unknown', architecture: 'unknown' };
  return {
    image: testImage({ platform, layers }),
    platform,
    annotations: {
      'vnd.docker.reference.digest': of.digest,
      'vnd.docker.reference.type': 'attestation-manifest',
    },
  };
}

/** An in-toto statement about a document. */
export const statementOf = ({ digest }: TestDocument, predicateType: string, predicate: unknown) => ({
  _type: 'https://in-toto.io/Statement/v0.1',
  subject: [{ name: 'pkg:docker/em/relion', digest: { sha256: digest.slice('sha256:'.length) } }],
  ...{ predicateType, predicate },
});
