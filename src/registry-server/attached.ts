// The signatures and attestations that an entry of a catalog has: documents, each with its digest, as contract 2 answers them.
import { z } from 'zod';
import { digestOf } from '../model/digest.ts';

/** As `Attachment` of registry.graphql. */
export interface AttachedDocument {
  readonly digest: string;
  readonly mediaType: string;
  readonly content: string;
}

/** As the fields of `Image` in registry.graphql. */
export interface Attached {
  readonly signatures: readonly AttachedDocument[];
  readonly attestations: readonly AttachedDocument[];
}

export const NOTHING_ATTACHED: Attached = Object.freeze({
  signatures: Object.freeze([]),
  attestations: Object.freeze([]),
});

/** Bytes of a document, and how many a list may have: what the gateway reads. */
const MAX_DOCUMENT_BYTES = 1_048_576;
const MAX_DOCUMENTS = 64;
const MAX_TYPE = 255;

const document = z
  .strictObject({
    mediaType: z.string().min(1).max(MAX_TYPE),
    /** A mapping is written as JSON. */
    content: z.union([z.string().min(1), z.record(z.string(), z.unknown())], 'must be text or a mapping'),
  })
  .transform(({ mediaType, content }) =>
    attachedDocument(mediaType, typeof content === 'string' ? content : JSON.stringify(content)),
  )
  .refine(
    ({ content }) => Buffer.byteLength(content) <= MAX_DOCUMENT_BYTES,
    `has more than ${MAX_DOCUMENT_BYTES} bytes`,
  );

/** `signatures` or `attestations` of an entry. */
export const documentsSchema = z.array(document).max(MAX_DOCUMENTS).nullish();

/**
 * A document with the digest (`sha256:<64 hex>`) of its content in UTF-8; neither its type nor its size is
 * checked.
 */
export const attachedDocument = (mediaType: string, content: string): AttachedDocument => ({
  digest: digestOf(content),
  mediaType,
  content,
});

/** What an entry has; a list that it does not have is empty: the whole catalog is known. */
export function attachedTo({
  signatures,
  attestations,
}: {
  readonly [Name in keyof Attached]?: Attached[Name] | null | undefined;
}): Attached {
  const [signed, attested] = [signatures ?? [], attestations ?? []];
  return signed.length + attested.length === 0
    ? NOTHING_ATTACHED
    : { signatures: signed, attestations: attested };
}
