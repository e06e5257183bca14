// Registries of kind `file`: a catalog in YAML, JSON or NDJSON beside federation.yaml, read whole within bounds.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { FederationError } from '../model/errors.ts';
import { catalogFormat, readCatalog } from './catalog-document.ts';
import { toNode } from './catalog-entry.ts';
import { abortFailure, upstreamText } from './failure.ts';
import type { Source, SourcePage } from './source.ts';

export interface FileSourceOptions {
  readonly facility: string;
  readonly registry: string;
  /** Absolute, or from the working directory. */
  readonly path: string;
  readonly limits: { readonly records: number; readonly upstreamBytes: number };
}

/** Images given to ingest at a time, so that requests are answered in between. */
const PAGE = 1_000;

/** @throws FederationError CONFIG_INVALID if the extension names no format */
export function createFileSource({ facility, registry, path, limits }: FileSourceOptions): Source {
  const format = catalogFormat(path);
  const read = (signal: AbortSignal) => readBounded(path, limits.upstreamBytes, signal);

  return {
    facility,
    registry,
    kind: 'file',
    async info({ signal }) {
      return { generation: generationOf(await read(signal)) };
    },
    async *crawl({ signal }): AsyncGenerator<SourcePage> {
      const bytes = await read(signal);
      const generation = generationOf(bytes);
      const document = at(path, () => readCatalog(bytes, format, limits.records));
      if (document.facility !== null && document.facility !== facility) {
        throw new FederationError('SOURCE_MALFORMED', `the catalog says that it is not ${facility}'s`, {
          at: path,
        });
      }
      if (document.entries.length === 0) yield { nodes: [], generation };
      for (let start = 0; start < document.entries.length; start += PAGE) {
        if (signal.aborted) throw abortFailure(signal).error;
        const nodes = document.entries
          .slice(start, start + PAGE)
          .map((entry, index) => toNode(entry, `image ${start + index + 1}`));
        yield { nodes, generation };
      }
    },
    async close() {},
  };
}

/** Any change of the file is a new generation. */
const generationOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/**
 * A file's bytes, at most `maxBytes` of them.
 * @throws FederationError SOURCE_UNAVAILABLE, SOURCE_TOO_LARGE
 */
export async function readBounded(path: string, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    // `end` is inclusive: one byte more than allowed is enough to know.
    for await (const chunk of createReadStream(path, { end: maxBytes, signal })) chunks.push(chunk);
  } catch (error) {
    if (signal.aborted) throw abortFailure(signal).error;
    throw new FederationError('SOURCE_UNAVAILABLE', 'the catalog file cannot be read', {
      at: path,
      hint: 'check the path in federation.yaml and the file’s permissions',
      cause: upstreamText(String(error)),
    });
  }
  const bytes = Buffer.concat(chunks);
  if (bytes.length > maxBytes) {
    throw new FederationError('SOURCE_TOO_LARGE', `the catalog is larger than ${maxBytes} bytes`, {
      at: path,
    });
  }
  return bytes;
}

/** Puts the file's path before the line and column of a failure in it. */
function at<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FederationError)) throw error;
    const place = error.at === undefined ? path : `${path}:${error.at}`;
    throw new FederationError(error.code, error.message, { hint: error.hint, at: place, cause: error.cause });
  }
}
