// What runs in the worker threads of parse-thread.ts. A failure is a result here.

import { type ErrorData, errorData } from '../model/error-data.ts';
import { FederationError } from '../model/errors.ts';
import type { PackedNodes } from '../model/packed-nodes.ts';
import { parseJson } from '../network/body.ts';
import { type GraphqlFault, readAnswer } from '../network/graphql-endpoint.ts';
import { type ReadDocuments, readDocuments } from './attached-documents.ts';
import { type CatalogFormat, readCatalog } from './catalog-document.ts';
import { toNode } from './catalog-entry.ts';
import { readPage } from './contract.ts';
import { type ApiPage, readApiPage, type WantedEntries } from './listings/api-page.ts';
import { type AttachmentManifest, readAttachmentManifest } from './oci/attachment-manifest.ts';
import { type ImageConfig, readImageConfig } from './oci/image-config.ts';
import { readBy } from './oci/labels.ts';
import { type ManifestDocument, readManifest } from './oci/manifest.ts';
import { type NamesPage, readNamesPage, type WantedNames } from './oci/names-page.ts';
import { type ReferrerIndex, readReferrerIndex } from './oci/referrers/referrer-index.ts';
import { pack, packMany } from './parsed.ts';

export type ParseTask =
  | { readonly kind: 'page'; readonly bytes: Uint8Array }
  | {
      readonly kind: 'catalog';
      readonly bytes: Uint8Array;
      readonly format: CatalogFormat;
      readonly maxEntries: number;
    }
  | { readonly kind: 'images'; readonly bytes: Uint8Array; readonly responseKey: string }
  /** An answer of GraphQL with an image's signatures and attestations. */
  | { readonly kind: 'documents'; readonly bytes: Uint8Array; readonly wanted: readonly string[] }
  | {
      /** A document of an OCI registry. */
      readonly kind: 'manifest';
      readonly bytes: Uint8Array;
      readonly policyLabels: ReadonlySet<string>;
      readonly maxManifests: number;
    }
  | { readonly kind: 'imageConfig'; readonly bytes: Uint8Array; readonly policyLabels: ReadonlySet<string> }
  /** The manifest of something that refers to an image of an OCI registry. */
  | { readonly kind: 'attachment'; readonly bytes: Uint8Array }
  /** A list of what refers to an image of an OCI registry. */
  | { readonly kind: 'referrers'; readonly bytes: Uint8Array }
  /** A page of a list of an OCI registry. */
  | { readonly kind: 'names'; readonly bytes: Uint8Array; readonly wanted: WantedNames }
  /** A page of a list of a registry's own API. */
  | { readonly kind: 'apiPage'; readonly bytes: Uint8Array; readonly wanted: WantedEntries };

export interface PackedPage {
  readonly nodes: PackedNodes;
  readonly generation: string;
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

export interface PackedCatalog {
  readonly nodes: PackedNodes;
  /** As the file says it, unproven; null where it does not. */
  readonly facility: unknown;
}

/** An answer of GraphQL to a question for a list. */
export interface PackedImages {
  /** null: there is no list under that name. */
  readonly nodes: PackedNodes | null;
  readonly errors: readonly GraphqlFault[];
}

export interface PackedNames extends Omit<NamesPage, 'names'> {
  /** By `packMany`. */
  readonly names: PackedNodes;
}

export interface PackedApiPage extends Omit<ApiPage, 'entries'> {
  /** By `packMany`. */
  readonly entries: PackedNodes;
}

/** A list of what refers to an image; null: it is none. */
export interface ReadReferrers {
  readonly index: ReferrerIndex | null;
}

export type Parsed =
  | PackedPage
  | PackedCatalog
  | PackedImages
  | { readonly documents: ReadDocuments }
  | ManifestDocument
  | ImageConfig
  | AttachmentManifest
  | ReadReferrers
  | PackedNames
  | PackedApiPage
  | { readonly failure: ErrorData };

/**
 * What the task asks for: nodes of a page, of a catalog or of a list, packed, or a document as it is read. A
 * FederationError is given as `failure`, since its class does not survive the way between threads; any other
 * error is thrown.
 */
export default function parse(task: ParseTask): Parsed {
  try {
    switch (task.kind) {
      case 'page':
        return parsePage(task.bytes);
      case 'catalog':
        return parseCatalog(task);
      case 'images':
        return parseImages(task);
      case 'documents':
        return { documents: parseDocuments(task) };
      case 'names':
        return parseNames(task);
      case 'apiPage':
        return parseApiPage(task);
      case 'manifest':
        return parseManifest(task);
      case 'imageConfig':
        return parseImageConfig(task);
      case 'attachment':
        return parseAttachment(task);
      case 'referrers':
        return parseReferrers(task);
    }
  } catch (error) {
    if (!(error instanceof FederationError)) throw error;
    return { failure: errorData(error) };
  }
}

/**
 * A page of a registry's answer. Throws FederationError as {@link readPage}, {@link readAnswer} and
 * {@link parseJson} do.
 */
export function parsePage(bytes: Uint8Array): PackedPage {
  const { nodes, ...page } = readPage({ ...readAnswer(parseJson(Buffer.from(bytes))), bytes: bytes.length });
  return { ...page, nodes: pack(nodes) };
}

/** The entries of a catalog file, at most `maxEntries`, as nodes. Throws FederationError as {@link readCatalog} does. */
export function parseCatalog({
  bytes,
  format,
  maxEntries,
}: Extract<ParseTask, { kind: 'catalog' }>): PackedCatalog {
  const { facility, entries } = readCatalog(Buffer.from(bytes), format, maxEntries);
  return { facility, nodes: pack(entries, (entry, index) => toNode(entry, `image ${index + 1}`)) };
}

/**
 * The list under `responseKey` of an answer of GraphQL, null where there is none. Throws FederationError as
 * {@link readAnswer} and {@link parseJson} do.
 */
export function parseImages({
  bytes,
  responseKey,
}: Pick<Extract<ParseTask, { kind: 'images' }>, 'bytes' | 'responseKey'>): PackedImages {
  const { data, errors } = readAnswer(parseJson(Buffer.from(bytes)));
  const list = data?.[responseKey];
  return { nodes: Array.isArray(list) ? pack(list) : null, errors };
}

/** The wanted documents of an answer. Throws FederationError as {@link readDocuments}, {@link readAnswer} and {@link parseJson} do. */
export function parseDocuments({
  bytes,
  wanted,
}: Pick<Extract<ParseTask, { kind: 'documents' }>, 'bytes' | 'wanted'>): ReadDocuments {
  return readDocuments(readAnswer(parseJson(Buffer.from(bytes))), wanted);
}

/** A page of a list. Throws FederationError as {@link readNamesPage} and {@link parseJson} do. */
function parseNames({ bytes, wanted }: Extract<ParseTask, { kind: 'names' }>): PackedNames {
  const page = readNamesPage(parseJson(Buffer.from(bytes)), wanted);
  return { ...page, names: packMany(page.names) };
}

/** A page of a list of an API. Throws FederationError as {@link readApiPage} and {@link parseJson} do. */
function parseApiPage({ bytes, wanted }: Extract<ParseTask, { kind: 'apiPage' }>): PackedApiPage {
  const page = readApiPage(parseJson(Buffer.from(bytes)), wanted);
  return { ...page, entries: packMany(page.entries) };
}

/** A manifest or an index. Throws FederationError as {@link readManifest} and {@link parseJson} do. */
export function parseManifest({
  bytes,
  policyLabels,
  maxManifests,
}: Extract<ParseTask, { kind: 'manifest' }>): ManifestDocument {
  const value = parseJson(Buffer.from(bytes), 'its manifest');
  return readManifest(value, readBy(policyLabels), maxManifests);
}

/** An image's configuration. Throws FederationError as {@link readImageConfig} and {@link parseJson} do. */
export function parseImageConfig({
  bytes,
  policyLabels,
}: Extract<ParseTask, { kind: 'imageConfig' }>): ImageConfig {
  return readImageConfig(parseJson(Buffer.from(bytes), 'its configuration'), readBy(policyLabels));
}

/** A manifest with its layers. Throws FederationError as {@link readAttachmentManifest} and {@link parseJson} do. */
export function parseAttachment({
  bytes,
}: Pick<Extract<ParseTask, { kind: 'attachment' }>, 'bytes'>): AttachmentManifest {
  return readAttachmentManifest(parseJson(Buffer.from(bytes), 'its manifest'));
}

/** A list of what refers to an image. Throws FederationError as {@link parseJson} does. */
export function parseReferrers({
  bytes,
}: Pick<Extract<ParseTask, { kind: 'referrers' }>, 'bytes'>): ReadReferrers {
  return { index: readReferrerIndex(parseJson(Buffer.from(bytes), 'its list of referrers')) };
}
