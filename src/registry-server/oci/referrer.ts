// What refers to an image in a registry: the manifest of a document that signs it or attests something of it, as cosign 3
// pushes it (OCI image specification 1.1, "Guidelines for Artifact Usage").
import type { AttachedDocument } from '../attached.ts';
import { descriptorOf, documentOf, type OciDocument } from './documents.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const EMPTY = 'application/vnd.oci.empty.v1+json';

export interface ReferrerDocuments {
  readonly manifest: OciDocument;
  readonly artifactType: string;
  /** The empty one. */
  readonly config: OciDocument;
  readonly document: OciDocument;
}

/**
 * The documents by which it refers to an image, whose index or manifest is `subject`: a manifest with its
 * type as artifactType, an empty configuration, and the document as its one layer (OCI image specification
 * 1.1, "Guidelines for Artifact Usage").
 */
export function referrerDocuments(
  { mediaType, digest, content }: AttachedDocument,
  subject: OciDocument,
): ReferrerDocuments {
  const config = documentOf({}, EMPTY);
  const document = { bytes: Buffer.from(content), digest, mediaType };
  const manifest = documentOf(
    {
      schemaVersion: 2,
      mediaType: MANIFEST,
      artifactType: mediaType,
      config: descriptorOf(config),
      layers: [descriptorOf(document)],
      subject: descriptorOf(subject),
    },
    MANIFEST,
  );
  return { manifest, artifactType: mediaType, config, document };
}
