// Parses what a lab sends in threads beside the event loop: a catalog of some megabytes takes seconds, in which questions
// are answered. What is small is parsed here, where handing it over would take longer.

import type { PackedNodes } from '../model/packed-nodes.ts';
import { parseJson } from '../network/body.ts';
import type { GraphqlFault } from '../network/graphql-endpoint.ts';
import type { ReadDocuments } from './attached-documents.ts';
import type { CatalogFormat } from './catalog-document.ts';
import type { ImagePage } from './contract.ts';
import { type ApiEntry, type ApiPage, readApiPage, type WantedEntries } from './listings/api-page.ts';
import type { AttachmentManifest } from './oci/attachment-manifest.ts';
import type { ImageConfig } from './oci/image-config.ts';
import type { ManifestDocument } from './oci/manifest.ts';
import { type NamesPage, readNamesPage, type WantedNames } from './oci/names-page.ts';
import type { ReferrerIndex } from './oci/referrers/referrer-index.ts';
import { type ParseContext, parsedAside } from './parse-thread.ts';
import {
  type PackedApiPage,
  type PackedCatalog,
  type PackedImages,
  type PackedNames,
  type PackedPage,
  parseAttachment,
  parseCatalog,
  parseDocuments,
  parseImageConfig,
  parseImages,
  parseManifest,
  parsePage,
  parseReferrers,
  type ReadReferrers,
} from './parse-worker.ts';
import { unpack, unpackMany } from './parsed.ts';

/**
 * Bytes that are parsed in some milliseconds, also where they are the most objects that find room in them. YAML takes ten
 * times as long as JSON, and more.
 */
const SMALL = { json: 32_768, ndjson: 32_768, yaml: 4_096 } as const;

/** Bytes that are parsed here where nobody waits for this thread: a thread of its own takes as long to start. */
const SMALL_ALONE = 1_048_576;

/** A page with its nodes as they came from the thread, too. */
export interface PackedImagePage extends ImagePage {
  readonly packed: PackedNodes;
}

/** A catalog's nodes, in the shape of registry.graphql. */
export interface CatalogNodes {
  readonly facility: unknown;
  /** As many at a time, at least once; a whole large catalog as objects would take several times the memory of its bytes. */
  pages(size: number): AsyncIterable<readonly unknown[]>;
}

/**
 * A page of a registry's answer, as {@link readPage} reads it; more than 32 KiB in a thread; a node of more
 * than 1 MiB is malformed, as {@link pack} has it. Rejects as {@link readPage}, {@link readAnswer},
 * {@link parseJson} and {@link parsedAside} do.
 */
export async function readPageAside(bytes: Buffer, context: ParseContext): Promise<PackedImagePage> {
  const packed =
    bytes.length <= SMALL.json
      ? parsePage(bytes)
      : ((await parsedAside({ kind: 'page', bytes }, context)) as PackedPage);
  return { ...packed, nodes: await unpack(packed.nodes), packed: packed.nodes };
}

/**
 * The nodes of a catalog, as {@link readCatalog} reads it; more than 32 KiB (of YAML 4 KiB, where nobody
 * waits 1 MiB) in a thread; a node of more than 1 MiB is malformed, as {@link pack} has it. Rejects as
 * {@link readCatalog} and {@link parsedAside} do.
 */
export async function readCatalogAside(
  bytes: Buffer,
  format: CatalogFormat,
  maxEntries: number,
  context: ParseContext,
): Promise<CatalogNodes> {
  const task = { kind: 'catalog', bytes, format, maxEntries } as const;
  const small = context.alone === true ? SMALL_ALONE : SMALL[format];
  const packed =
    bytes.length <= small ? parseCatalog(task) : ((await parsedAside(task, context)) as PackedCatalog);
  return { facility: packed.facility, pages: (size) => pagesOf(packed.nodes, size) };
}

async function* pagesOf(packed: PackedNodes, size: number): AsyncGenerator<readonly unknown[]> {
  let start = 0;
  do {
    yield await unpack(packed, start, start + size);
    start += size;
  } while (start < packed.ends.length);
}

/** A list of images that a registry was asked for, and what it says it could not answer. */
export interface ImagesAnswer {
  /** A node that is too large is a MalformedNode; null: there is no list under that name. */
  readonly images: readonly unknown[] | null;
  readonly errors: readonly GraphqlFault[];
}

/**
 * The list under `responseKey` in an answer of GraphQL, null where there is none, a node of more than 1 MiB
 * malformed as {@link pack} has it; more than 32 KiB in a thread. Rejects as {@link readAnswer},
 * {@link parseJson} and {@link parsedAside} do.
 */
export async function readImagesAside(
  bytes: Buffer,
  responseKey: string,
  context: ParseContext,
): Promise<ImagesAnswer> {
  const task = { kind: 'images', bytes, responseKey } as const;
  const packed =
    bytes.length <= SMALL.json ? parseImages(task) : ((await parsedAside(task, context)) as PackedImages);
  return { images: packed.nodes === null ? null : await unpack(packed.nodes), errors: packed.errors };
}

/**
 * The wanted documents of an answer, as {@link readDocuments} reads it; more than 32 KiB in a thread. Rejects as
 * {@link readDocuments}, {@link readAnswer}, {@link parseJson} and {@link parsedAside} do.
 */
export async function readDocumentsAside(
  bytes: Buffer,
  wanted: readonly string[],
  context: ParseContext,
): Promise<ReadDocuments> {
  const task = { kind: 'documents', bytes, wanted } as const;
  if (bytes.length <= SMALL.json) return parseDocuments(task);
  return ((await parsedAside(task, context)) as { readonly documents: ReadDocuments }).documents;
}

/**
 * The names of a page of a list, as {@link readNamesPage} reads it; more than 32 KiB in a thread. Rejects as
 * {@link readNamesPage}, {@link parseJson} and {@link parsedAside} do.
 */
export async function readNamesAside(
  bytes: Buffer,
  wanted: WantedNames,
  context: ParseContext,
): Promise<NamesPage> {
  if (bytes.length <= SMALL.json) return readNamesPage(parseJson(bytes), wanted);
  const packed = (await parsedAside({ kind: 'names', bytes, wanted }, context)) as PackedNames;
  return { ...packed, names: await unpackMany<string>(packed.names) };
}

/**
 * The entries of a page of a list, as {@link readApiPage} reads it; more than 32 KiB in a thread. Rejects as
 * {@link readApiPage}, {@link parseJson} and {@link parsedAside} do.
 */
export async function readApiPageAside(
  bytes: Buffer,
  wanted: WantedEntries,
  context: ParseContext,
): Promise<ApiPage> {
  if (bytes.length <= SMALL.json) return readApiPage(parseJson(bytes), wanted);
  const packed = (await parsedAside({ kind: 'apiPage', bytes, wanted }, context)) as PackedApiPage;
  return { ...packed, entries: await unpackMany<ApiEntry>(packed.entries) };
}

/** Documents of an OCI registry are read for one crawl. */
export interface OciParseContext extends ParseContext {
  /** Names of labels that policies read: they are never dropped. */
  readonly policyLabels: ReadonlySet<string>;
  /** Entries of an index at most. */
  readonly maxManifests: number;
}

/**
 * A manifest or an index, as {@link readManifest} reads it; more than 32 KiB in a thread. Rejects as
 * {@link readManifest}, {@link parseJson} and {@link parsedAside} do.
 */
export async function readManifestAside(
  bytes: Uint8Array,
  context: OciParseContext,
): Promise<ManifestDocument> {
  const { policyLabels, maxManifests } = context;
  const task = { kind: 'manifest', bytes, policyLabels, maxManifests } as const;
  return bytes.length <= SMALL.json
    ? parseManifest(task)
    : ((await parsedAside(task, context)) as ManifestDocument);
}

/**
 * An image's configuration, as {@link readImageConfig} reads it; more than 32 KiB in a thread. Rejects as
 * {@link readImageConfig}, {@link parseJson} and {@link parsedAside} do.
 */
export async function readImageConfigAside(
  bytes: Uint8Array,
  context: OciParseContext,
): Promise<ImageConfig> {
  const task = { kind: 'imageConfig', bytes, policyLabels: context.policyLabels } as const;
  return bytes.length <= SMALL.json
    ? parseImageConfig(task)
    : ((await parsedAside(task, context)) as ImageConfig);
}

/**
 * The layers of what refers to an image, as {@link readAttachmentManifest} reads it; more than 32 KiB in a thread. Rejects as
 * {@link readAttachmentManifest}, {@link parseJson} and {@link parsedAside} do.
 */
export async function readAttachmentManifestAside(
  bytes: Uint8Array,
  context: ParseContext,
): Promise<AttachmentManifest> {
  return bytes.length <= SMALL.json
    ? parseAttachment({ bytes })
    : ((await parsedAside({ kind: 'attachment', bytes }, context)) as AttachmentManifest);
}

/**
 * A list of what refers to an image, as {@link readReferrerIndex} reads it; more than 32 KiB in a thread. Rejects as
 * {@link parseJson} and {@link parsedAside} do.
 */
export async function readReferrersAside(
  bytes: Uint8Array,
  context: ParseContext,
): Promise<ReferrerIndex | null> {
  if (bytes.length <= SMALL.json) return parseReferrers({ bytes }).index;
  return ((await parsedAside({ kind: 'referrers', bytes }, context)) as ReadReferrers).index;
}
