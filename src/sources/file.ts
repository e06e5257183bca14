// Registries of kind `file`: a catalog in YAML, JSON or NDJSON beside federation.yaml, read whole within bounds.
import { createHash } from 'node:crypto';
import { readBounded, TOO_LARGE } from '../config/bounded-file.ts';
import { FederationError } from '../model/errors.ts';
import { limitText } from '../model/size.ts';
import { abortFailure } from '../network/failure.ts';
import { upstreamText } from '../network/upstream-text.ts';
import { catalogFormat } from './catalog-document.ts';
import { type CatalogNodes, readCatalogAside } from './parse-aside.ts';
import type { CrawlContext, Source, SourcePage } from './source.ts';

export interface FileSourceOptions {
  readonly facility: string;
  readonly registry: string;
  /** Absolute, or from the working directory. */
  readonly path: string;
  readonly limits: { readonly records: number; readonly upstreamBytes: number };
  /** As for `readCatalogAside`; by default it is not. */
  readonly alone?: boolean;
}

/** Images given to ingest at a time, so that requests are answered in between. */
const PAGE = 1_000;

/**
 * A source that reads its file whole for each crawl, and gives pages of 1,000 nodes; its generation is the
 * SHA-256 of the bytes. A file that could not be used is not parsed again, and fails as before, until its
 * bytes change. `info` rejects as {@link readCatalogFile} does; `crawl` too, as {@link readCatalogAside}
 * does, and with SOURCE_MALFORMED where the catalog names another facility.
 * @throws FederationError CONFIG_INVALID if the extension names no format
 */
export function createFileSource({
  facility,
  registry,
  path,
  limits,
  alone = false,
}: FileSourceOptions): Source {
  const format = catalogFormat(path);
  /** What the file was when it could not be used: the same bytes are not parsed again. */
  let spoiled: { readonly generation: string; readonly error: unknown } | null = null;

  /** The bytes are nowhere kept: they are as large as all that is made of them. */
  async function readOwn(
    context: CrawlContext,
  ): Promise<{ readonly catalog: CatalogNodes; readonly generation: string }> {
    const { bytes, generation } = await readHashed(path, limits.upstreamBytes, context.signal);
    if (spoiled?.generation === generation) throw spoiled.error;
    try {
      const catalog = await at(path, () =>
        readCatalogAside(bytes, format, limits.records, { ...context, facility, alone }),
      );
      if (catalog.facility === null || catalog.facility === facility) return { catalog, generation };
      throw new FederationError('SOURCE_MALFORMED', `the catalog says that it is not ${facility}'s`, {
        at: path,
      });
    } catch (error) {
      // A failure that is not the file's, such as a thread that did not start, may not come again.
      if (error instanceof FederationError && !context.signal.aborted) spoiled = { generation, error };
      throw error;
    }
  }

  return {
    facility,
    registry,
    kind: 'file',
    async info({ signal }) {
      return { generation: (await readHashed(path, limits.upstreamBytes, signal)).generation };
    },
    async *crawl(context): AsyncGenerator<SourcePage> {
      const { signal } = context;
      const { catalog, generation } = await readOwn(context);
      for await (const nodes of catalog.pages(PAGE)) {
        if (signal.aborted) throw abortFailure(signal).error;
        yield { nodes, generation };
      }
    },
    async close() {},
  };
}

/** Any change of the file is a new generation. */
async function readHashed(
  path: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<{ readonly bytes: Buffer; readonly generation: string }> {
  const hash = createHash('sha256');
  const bytes = await readCatalogFile(path, maxBytes, { signal, onPiece: (piece) => hash.update(piece) });
  return { bytes, generation: `sha256:${hash.digest('hex')}` };
}

/**
 * A catalog file's bytes, at most `maxBytes` of them; `onPiece` is called with each piece as it comes.
 * Rejects with SOURCE_TOO_LARGE beyond `maxBytes`, with SOURCE_UNAVAILABLE where the file cannot be read, or
 * with the error of {@link abortFailure} once the signal aborts.
 */
export async function readCatalogFile(
  path: string,
  maxBytes: number,
  { signal, onPiece }: { readonly signal: AbortSignal; readonly onPiece?: (bytes: Buffer) => void },
): Promise<Buffer> {
  try {
    return await readBounded(path, maxBytes, { signal, onPiece });
  } catch (error) {
    if (signal.aborted) throw abortFailure(signal).error;
    if ((error as NodeJS.ErrnoException).code === TOO_LARGE) {
      throw new FederationError('SOURCE_TOO_LARGE', `the catalog is larger than ${limitText(maxBytes)}`, {
        at: path,
      });
    }
    throw new FederationError('SOURCE_UNAVAILABLE', 'the catalog file cannot be read', {
      at: path,
      hint: 'check the path in federation.yaml and the file’s permissions',
      cause: upstreamText(String(error)),
    });
  }
}

/** Puts the file's path before the line and column of a failure in it. */
async function at<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof FederationError)) throw error;
    const place = error.at === undefined ? path : `${path}:${error.at}`;
    throw new FederationError(error.code, error.message, { hint: error.hint, at: place, cause: error.cause });
  }
}
