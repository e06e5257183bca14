// Parses what a lab sends in threads beside the event loop: a catalog of some megabytes takes seconds, in which questions
// are answered. What is small is parsed here, where handing it over would take longer.

import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { errorOf } from '../model/error-data.ts';
import { FederationError } from '../model/errors.ts';
import { createFairQueue } from '../model/fair-queue.ts';
import type { PackedNodes } from '../model/packed-nodes.ts';
import { abortFailure } from '../network/failure.ts';
import type { GraphqlFault } from '../network/graphql-endpoint.ts';
import { upstreamText } from '../network/upstream-text.ts';
import type { CatalogFormat } from './catalog-document.ts';
import type { ImagePage } from './contract.ts';
import type { ImageConfig } from './oci/image-config.ts';
import type { ManifestDocument } from './oci/manifest.ts';
import type { NamesPage } from './oci/names-page.ts';
import {
  type PackedCatalog,
  type PackedImages,
  type PackedPage,
  type Parsed,
  type ParseTask,
  parseCatalog,
  parseImageConfig,
  parseImages,
  parseManifest,
  parseNames,
  parsePage,
} from './parse-worker.ts';
import { unpack } from './parsed.ts';
import type { CrawlContext } from './source.ts';

/** Bytes that are parsed in some milliseconds. YAML takes a hundred times as long as JSON. */
const SMALL = { json: 262_144, ndjson: 262_144, yaml: 4_096 } as const;

/** Bytes that are parsed here where nobody waits for this thread: a thread of its own takes as long to start. */
const SMALL_ALONE = 1_048_576;

/** What the largest YAML catalog takes, twice. */
const MEGABYTES = 2_048;

// Built JavaScript, from src/ as from dist/: a `.ts` worker does not start under tsx on Node 20.
const WORKER = fileURLToPath(new URL('../../dist/sources/parse-worker.js', import.meta.url));

/** Threads for all registries; one that idles ends. */
const THREADS = 2;
let threads: Piscina | null = null;

/**
 * A facility never has all threads, and after its turn the others have theirs. A registry has one thing to parse at a time,
 * and what is parsed ends with its crawl's deadline: so many wait at the most, and for so long.
 */
const queue = createFairQueue({
  what: 'answers of registries',
  atOnce: THREADS,
  atOnceEach: THREADS - 1,
  waitingEach: Number.POSITIVE_INFINITY,
  waiting: Number.POSITIVE_INFINITY,
  patience: null,
});

function pool(): Piscina {
  if (threads !== null) return threads;
  threads = new Piscina({
    filename: WORKER,
    minThreads: 0,
    maxThreads: THREADS,
    idleTimeout: 5_000,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MEGABYTES },
  });
  // A worker that dies rejects its task, which is reported below.
  threads.on('error', () => {});
  return threads;
}

/** For whom it is parsed. */
export interface ParseContext extends CrawlContext {
  readonly facility: string;
  /** Whether nothing else waits for this thread, such as questions to a gateway. */
  readonly alone?: boolean;
}

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
      : ((await run({ kind: 'page', bytes }, context)) as PackedPage);
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
  const packed = bytes.length <= small ? parseCatalog(task) : ((await run(task, context)) as PackedCatalog);
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
    bytes.length <= SMALL.json ? parseImages(task) : ((await run(task, context)) as PackedImages);
  return { images: packed.nodes === null ? null : await unpack(packed.nodes), errors: packed.errors };
}

/** @throws FederationError as `readNamesPage` does, SOURCE_TOO_LARGE for what takes too much memory, or the signal's failure */
export async function readNamesAside(
  bytes: Uint8Array,
  member: string,
  context: ParseContext,
): Promise<NamesPage> {
  const task = { kind: 'names', bytes, member } as const;
  return bytes.length <= SMALL.json ? parseNames(task) : ((await run(task, context)) as NamesPage);
}

/** Documents of an OCI registry are read for one crawl. */
export interface OciParseContext extends ParseContext {
  /** Names of labels that policies read: they are never dropped. */
  readonly policyLabels: ReadonlySet<string>;
}

/** @throws FederationError as `readManifest` does, SOURCE_TOO_LARGE for what takes too much memory, or the signal's failure */
export async function readManifestAside(
  bytes: Uint8Array,
  context: OciParseContext,
): Promise<ManifestDocument> {
  const task = { kind: 'manifest', bytes, policyLabels: context.policyLabels } as const;
  return bytes.length <= SMALL.json ? parseManifest(task) : ((await run(task, context)) as ManifestDocument);
}

/** @throws FederationError as `readImageConfig` does, SOURCE_TOO_LARGE for what takes too much memory, or the signal's failure */
export async function readImageConfigAside(
  bytes: Uint8Array,
  context: OciParseContext,
): Promise<ImageConfig> {
  const task = { kind: 'imageConfig', bytes, policyLabels: context.policyLabels } as const;
  return bytes.length <= SMALL.json ? parseImageConfig(task) : ((await run(task, context)) as ImageConfig);
}

async function run(
  task: ParseTask,
  context: ParseContext,
): Promise<Exclude<Parsed, { readonly failure: unknown }>> {
  const { signal } = context;
  let parsed: Parsed;
  try {
    parsed = await inTurn(context, () => pool().run(task, { signal }));
  } catch (cause) {
    if (signal.aborted) throw abortFailure(signal).error;
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_WORKER_OUT_OF_MEMORY') throw cause;
    throw new FederationError('SOURCE_TOO_LARGE', `to parse it takes more than ${MEGABYTES} MB of memory`, {
      hint: 'write a large catalog as NDJSON, one image a line',
    });
  }
  if (!('failure' in parsed)) return parsed;
  const { cause } = parsed.failure;
  throw errorOf(parsed.failure, cause === undefined ? undefined : upstreamText(cause));
}

/** The registry is not charged for its waiting: those before it may be as slow as they like. */
async function inTurn(
  { facility, signal, uncounted = (waiting) => waiting }: ParseContext,
  parse: () => Promise<Parsed>,
): Promise<Parsed> {
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const parsing = queue.run(
    facility,
    async () => {
      begin();
      return parse();
    },
    signal,
  );
  await uncounted(Promise.race([begun, parsing]));
  return parsing;
}
