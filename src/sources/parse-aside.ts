// Parses what a lab sends in threads beside the event loop: a catalog of some megabytes takes seconds, in which questions
// are answered. What is small is parsed here, where handing it over would take longer.

import type { PackedNodes } from '../model/packed-nodes.ts';
import { parseJson } from '../network/body.ts';
import type { GraphqlFault } from '../network/graphql-endpoint.ts';
import type { CatalogFormat } from './catalog-document.ts';
import type { ImagePage } from './contract.ts';
import { type ApiEntry, type ApiPage, readApiPage, type WantedEntries } from './listings/api-page.ts';
import type { ImageConfig } from './oci/image-config.ts';
import type { ManifestDocument } from './oci/manifest.ts';
import { type NamesPage, readNamesPage, type WantedNames } from './oci/names-page.ts';
import { type ParseContext, parsedAside } from './parse-thread.ts';
import {
  type PackedApiPage,
  type PackedCatalog,
  type PackedImages,
  type PackedNames,
  type PackedPage,
  parseCatalog,
  parseImageConfig,
  parseImages,
  parseManifest,
  parsePage,
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

/** @throws FederationError as `readPage` does, SOURCE_TOO_LARGE for what takes too much memory, or the signal's failure */
export async function readPageAside(bytes: Buffer, context: ParseContext): Promise<PackedImagePage> {
  const packed =
    bytes.length <= SMALL.json
      ? parsePage(bytes)
      : ((await parsedAside({ kind: 'page', bytes }, context)) as PackedPage);
  return { ...packed, nodes: await unpack(packed.nodes), packed: packed.nodes };
}

/** @throws FederationError as `readCatalog` does, SOURCE_TOO_LARGE for what takes too much memory, or the signal's failure */
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

/** @throws FederationError as `readAnswer` does, SOURCE_TOO_LARGE for what takes too much memory, or the signal's failure */
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

/** @throws FederationError as `readNamesPage` does, SOURCE_TOO_LARGE for what takes too much memory, or the signal's failure */
export async function readNamesAside(
  bytes: Buffer,
  wanted: WantedNames,
  context: ParseContext,
): Promise<NamesPage> {
  if (bytes.length <= SMALL.json) return readNamesPage(parseJson(bytes), wanted);
  const packed = (await parsedAside({ kind: 'names', bytes, wanted }, context)) as PackedNames;
  return { ...packed, names: await unpackMany<string>(packed.names) };
}

/** @throws FederationError as `readApiPage` does, SOURCE_TOO_LARGE for what takes too much memory, or the signal's failure */
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

/** @throws FederationError as `readManifest` does, SOURCE_TOO_LARGE for what takes too much memory, or the signal's failure */
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

/** @throws FederationError as `readImageConfig` does, SOURCE_TOO_LARGE for what takes too much memory, or the signal's failure */
export async function readImageConfigAside(
  bytes: Uint8Array,
  context: OciParseContext,
): Promise<ImageConfig> {
  const task = { kind: 'imageConfig', bytes, policyLabels: context.policyLabels } as const;
  return bytes.length <= SMALL.json
    ? parseImageConfig(task)
    : ((await parsedAside(task, context)) as ImageConfig);
}
