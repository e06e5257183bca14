// Reads what a registry of contract 2 answers of an image's signatures and attestations: the documents, whole, each with the
// digest that the crawl named.
import type { Attachment } from '../model/attachment.ts';
import { hasDigest } from '../model/digest.ts';
import { isObject } from '../model/json-object.ts';
import type { GraphqlAnswer } from '../network/graphql-endpoint.ts';
import { ATTACHMENT_LISTS, unusable } from './contract.ts';
import { statedType } from './oci/media-types.ts';

/** Bytes of one document. A larger one is none. */
const MAX_DOCUMENT_BYTES = 1_048_576;

/** Digests that are wanted, each with its document; null: it is gone, or cannot be one. */
export type ReadDocuments = readonly (readonly [digest: string, Attachment | null])[];

/**
 * The wanted documents, from an answer to `PanfedAttachments` about one image. One that is left open by an
 * error, by a list that is null, or by a content that has another digest, is left out. One of more than 1 MiB
 * (1,048,576 bytes), or without a media type, is null, as all are of an image that is gone.
 * @throws FederationError SOURCE_MALFORMED where the answer has no list with one entry, or an error that
 * belongs to none
 */
export function readDocuments(
  { data, errors }: Pick<GraphqlAnswer, 'data' | 'errors'>,
  wanted: readonly string[],
): ReadDocuments {
  const images = data?.imagesById;
  const isOfImage = errors.every(({ path }) => path?.[0] === 'imagesById' && path[1] === 0);
  if (!Array.isArray(images) || images.length !== 1 || !isOfImage) {
    throw unusable('the answer has no image, or errors', errors);
  }
  const [image] = images as readonly unknown[];
  // An image that is gone has nothing; one that could not be answered may have all of it.
  if (image === null && errors.length === 0) return wanted.map((digest) => [digest, null]);
  const lists = Object.keys(ATTACHMENT_LISTS).map((name) => (isObject(image) ? image[name] : null));
  const isWhole = errors.length === 0 && lists.every((list) => Array.isArray(list));
  const listed = new Map<string, Readonly<Record<string, unknown>>>();
  for (const document of lists.flatMap((list): readonly unknown[] => (Array.isArray(list) ? list : []))) {
    if (isObject(document) && typeof document.digest === 'string') listed.set(document.digest, document);
  }
  return wanted.flatMap((digest): ReadDocuments => {
    const document = listed.get(digest);
    if (document === undefined) return isWhole ? [[digest, null]] : [];
    const read = documentOf(digest, document);
    return read === undefined ? [] : [[digest, read]];
  });
}

/** undefined: it is not the document of this digest; null: it cannot be a signature. */
function documentOf(
  digest: string,
  { mediaType, content }: Readonly<Record<string, unknown>>,
): Attachment | null | undefined {
  if (typeof content !== 'string') return undefined;
  if (content.length > MAX_DOCUMENT_BYTES) return null;
  const bytes = Buffer.from(content, 'utf8');
  if (!hasDigest(bytes, digest)) return undefined;
  if (bytes.length > MAX_DOCUMENT_BYTES || typeof mediaType !== 'string') return null;
  const type = statedType(mediaType);
  return { digest, artifactType: type, layers: [{ mediaType: type, annotations: {}, bytes }] };
}
