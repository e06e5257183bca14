// An image of a catalog → the documents of a registry: its configuration with labels, its manifest, and an index where it is
// for several platforms. The same catalog gives the same digests on every machine.
import { digestOf } from '../../model/digest.ts';
import type { ImageNode } from '../../sources/contract.ts';
import { descriptorOf, documentOf, type OciDescriptor, type OciDocument } from './documents.ts';
import { labelsOf } from './labels.ts';

const INDEX = 'application/vnd.oci.image.index.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** A manifest for one platform. */
export interface PlatformDocument {
  /** null: the catalog names none. */
  readonly platform: Platform | null;
  readonly manifest: OciDocument;
  readonly config: OciDocument;
}

/** As OCI writes it. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

export interface ImageDocuments {
  /** What tags point to: the index, or the only manifest. */
  readonly root: OciDocument;
  /** At least one. */
  readonly platforms: readonly PlatformDocument[];
  /** Bytes to be pulled, for any of the platforms. */
  readonly size: number;
}

/**
 * The documents of an image (OCI image specification): one manifest a platform, or one without a platform
 * where the catalog names none, and an index for several. Its one layer is not there: the digest is made of
 * the one that the catalog has, and its size such that the whole has the catalog's, in bytes; 0 where that is
 * null.
 */
export function imageDocuments(node: ImageNode): ImageDocuments {
  const labels = labelsOf(node);
  const names = node.platforms ?? [];
  const platforms = (names.length === 0 ? [null] : names).map((name) => platformDocument(node, name, labels));
  const [only] = platforms;
  const root =
    only !== undefined && platforms.length === 1
      ? only.manifest
      : documentOf({ schemaVersion: 2, mediaType: INDEX, manifests: platforms.map(entryOf) }, INDEX);
  return { root, platforms, size: node.size ?? 0 };
}

function platformDocument(
  node: ImageNode,
  name: string | null,
  labels: Readonly<Record<string, string>>,
): PlatformDocument {
  const platform = name === null ? null : platformOf(name);
  const content = digestOf(`${node.digest ?? node.id} ${name ?? ''}`);
  const config = documentOf(
    {
      ...(node.created !== null && { created: node.created }),
      ...platform,
      config: { Labels: labels },
      rootfs: { type: 'layers', diff_ids: [content] },
    },
    CONFIG,
  );
  const layer: OciDescriptor = {
    mediaType: LAYER,
    digest: content,
    size: Math.max(0, (node.size ?? 0) - config.bytes.length),
  };
  const manifest = documentOf(
    { schemaVersion: 2, mediaType: MANIFEST, config: descriptorOf(config), layers: [layer] },
    MANIFEST,
  );
  return { platform, manifest, config };
}

const entryOf = ({ manifest, platform }: PlatformDocument) => ({
  ...descriptorOf(manifest),
  ...(platform !== null && { platform }),
});

/** `<os>/<architecture>[/<variant>]` */
function platformOf(name: string): Platform {
  const [os = '', architecture = '', variant] = name.split('/');
  return { os, architecture, ...(variant !== undefined && { variant }) };
}
