// Parses what a lab sends in threads beside the event loop: a catalog of some megabytes takes seconds, in which questions
// are answered. What is small is parsed here, where handing it over would take longer.
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { FederationError } from '../model/errors.ts';
import type { CatalogFormat } from './catalog-document.ts';
import type { ImagePage } from './contract.ts';
import { abortFailure, upstreamText } from './failure.ts';
import {
  type PackedCatalog,
  type PackedPage,
  type Parsed,
  type ParseTask,
  parseCatalog,
  parsePage,
} from './parse-worker.ts';
import { unpack } from './parsed.ts';

/** Bytes that are parsed in some milliseconds. YAML takes a hundred times as long as JSON. */
const SMALL = { json: 262_144, ndjson: 262_144, yaml: 4_096 } as const;

/** What the largest YAML catalog takes, twice. */
const MEGABYTES = 2_048;

// Built JavaScript, from src/ as from dist/: a `.ts` worker does not start under tsx on Node 20.
const WORKER = fileURLToPath(new URL('../../dist/sources/parse-worker.js', import.meta.url));

/** Two threads for all registries, each of which has one thing to parse at a time; a thread that idles ends. */
let threads: Piscina | null = null;

function pool(): Piscina {
  if (threads !== null) return threads;
  threads = new Piscina({
    filename: WORKER,
    minThreads: 0,
    maxThreads: 2,
    idleTimeout: 5_000,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MEGABYTES },
  });
  // A worker that dies rejects its task, which is told below.
  threads.on('error', () => {});
  return threads;
}

/** A catalog's nodes, in the shape of registry.graphql. */
export interface CatalogNodes {
  readonly nodes: readonly unknown[];
  readonly facility: unknown;
}

/** @throws FederationError as `readPage` does, SOURCE_TOO_LARGE for what takes too much memory, or the signal's failure */
export async function readPageAside(bytes: Buffer, signal: AbortSignal): Promise<ImagePage> {
  const packed =
    bytes.length <= SMALL.json
      ? parsePage(bytes)
      : ((await run({ kind: 'page', bytes }, signal)) as PackedPage);
  return { ...packed, nodes: await unpack(packed.nodes) };
}

/** @throws FederationError as `readCatalog` does, SOURCE_TOO_LARGE for what takes too much memory, or the signal's failure */
export async function readCatalogAside(
  bytes: Buffer,
  format: CatalogFormat,
  maxEntries: number,
  signal: AbortSignal,
): Promise<CatalogNodes> {
  const task = { kind: 'catalog', bytes, format, maxEntries } as const;
  const packed =
    bytes.length <= SMALL[format] ? parseCatalog(task) : ((await run(task, signal)) as PackedCatalog);
  return { facility: packed.facility, nodes: await unpack(packed.nodes) };
}

async function run(task: ParseTask, signal: AbortSignal): Promise<PackedPage | PackedCatalog> {
  let parsed: Parsed;
  try {
    parsed = await pool().run(task, { signal });
  } catch (cause) {
    if (signal.aborted) throw abortFailure(signal).error;
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_WORKER_OUT_OF_MEMORY') throw cause;
    throw new FederationError('SOURCE_TOO_LARGE', `to parse it takes more than ${MEGABYTES} MB of memory`, {
      hint: 'write a large catalog as NDJSON, one image a line',
    });
  }
  if (!('failure' in parsed)) return parsed;
  const { code, message, hint, at, cause } = parsed.failure;
  throw new FederationError(code, message, {
    hint,
    at,
    cause: cause === undefined ? undefined : upstreamText(cause),
  });
}
