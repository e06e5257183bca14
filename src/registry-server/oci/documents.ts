// Documents of a registry: bytes with their digest and media type, and the descriptors that point to them (OCI image
// specification).
import { digestOf } from '../../model/digest.ts';

export interface OciDocument {
  readonly bytes: Buffer;
  /** SHA-256 of the bytes. */
  readonly digest: string;
  readonly mediaType: string;
}

/** A content descriptor. */
export interface OciDescriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/**
 * A document of the value as JSON, in the order of its members, so that equal content has the same digest
 * (`sha256:…`) on every machine.
 */
export function documentOf(value: unknown, mediaType: string): OciDocument {
  const bytes = Buffer.from(JSON.stringify(value));
  return { bytes, digest: digestOf(bytes), mediaType };
}

/** The content descriptor (OCI image specification) that points to the document; `size` is its bytes. */
export const descriptorOf = ({ bytes, digest, mediaType }: OciDocument): OciDescriptor => ({
  mediaType,
  digest,
  size: bytes.length,
});
