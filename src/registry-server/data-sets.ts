// The demo's data catalogs: a file of data sets as SciCat or PaNOSC's search API would answer it, each on a free loopback port.
import { resolve } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import { readBounded } from '../config/bounded-file.ts';
import type { DataCatalogConfig } from '../config/data-catalog.ts';
import type { Config } from '../config/schema.ts';
import { fail } from '../http/fail.ts';
import { createListener, type Listener } from '../http/listener.ts';
import { refuseRebinding } from '../http/loopback.ts';
import { refusesMethod, sendJson } from '../http/respond.ts';
import { FederationError } from '../model/errors.ts';
import { DRAIN_MS, LIMITS } from './limits.ts';

const fileSchema = z.strictObject({
  about: z.string(),
  dataSets: z.array(
    z.strictObject({
      ...{ pid: z.string(), title: z.string(), size: z.int().nullable(), folder: z.string().nullable() },
      techniques: z.array(z.strictObject({ pid: z.string(), name: z.string() })),
      format: z.string().nullable(),
      files: z.array(z.string()),
      document: z.string().nullable(),
    }),
  ),
});

type DemoDataSet = z.infer<typeof fileSchema>['dataSets'][number];

export interface DemoDataCatalogs {
  /** The root of a catalog's API; null if it does not belong to the demo. */
  url(catalog: DataCatalogConfig): string | null;
  /** Ends all servers, each after five seconds at most for the requests that are under way. */
  close(): Promise<void>;
}

/**
 * Starts a server on loopback, at a free port, for each data catalog with `demo`. Rejects with CATALOG_INVALID for a file that cannot
 * be read or is none, and as {@link createListener} does; then all that were started are closed.
 */
export async function startDemoDataCatalogs(
  { facilities, baseDirectory }: Pick<Config, 'facilities' | 'baseDirectory'>,
  logger: Logger,
): Promise<DemoDataCatalogs> {
  const started = new Map<DataCatalogConfig, Listener>();
  const close = async (): Promise<void> => {
    await Promise.all([...started.values()].map((listener) => listener.close(DRAIN_MS)));
  };
  try {
    for (const catalog of facilities.flatMap(({ dataCatalogs }) => dataCatalogs)) {
      if (catalog.demo === undefined) continue;
      const dataSets = await readDataSets(resolve(baseDirectory, catalog.demo));
      started.set(catalog, await startServer(dataSets, logger));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    url: (catalog) => {
      const listener = started.get(catalog);
      return listener === undefined ? null : `${listener.url}${ROOTS[catalog.kind]}`;
    },
    close,
  };
}

const ROOTS = { scicat: '/api/v3', panosc: '/api', icat: '' } as const;

/** Bytes of a file: a demo has a few data sets. */
const FILE_BYTES = 1_048_576;

async function readDataSets(path: string): Promise<readonly DemoDataSet[]> {
  try {
    return fileSchema.parse(JSON.parse((await readBounded(path, FILE_BYTES)).toString('utf8'))).dataSets;
  } catch (cause) {
    throw new FederationError('CATALOG_INVALID', `${path} is no file of data sets`, { cause });
  }
}

const startServer = (dataSets: readonly DemoDataSet[], logger: Logger): Promise<Listener> =>
  createListener({
    ...{ host: '127.0.0.1', port: 0, limits: LIMITS },
    answer: async (request, response, url) => {
      try {
        refuseRebinding(request);
        if (refusesMethod(request, response, ['GET', 'HEAD'])) return;
        const answer = answerTo(url.pathname, dataSets);
        sendJson(response, answer === null ? 404 : 200, answer ?? NOT_FOUND);
      } catch (error) {
        fail(response, error, logger);
      }
    },
  });

/** As LoopBack has it, which both APIs were made with. */
const NOT_FOUND = { error: { statusCode: 404, name: 'Error', code: 'MODEL_NOT_FOUND' } };

/** What a path is answered with; null: there is nothing. Lists by a filter are empty, for a PID in the path is found. */
function answerTo(path: string, dataSets: readonly DemoDataSet[]): unknown {
  if (/^\/api\/(?:Datasets|Documents)$/.test(path)) return [];
  const [, api, encoded = '', files] = /^\/api\/(v3\/datasets|Datasets)\/([^/]+)(\/files)?$/.exec(path) ?? [];
  const found = dataSets.find(({ pid }) => encodeURIComponent(pid) === encoded);
  if (found === undefined) return null;
  const { pid, title, techniques, size, folder, format, document } = found;
  if (files !== undefined) return found.files.map((name, index) => ({ id: index + 1, name }));
  const shared = { pid, title, techniques, size };
  return api === 'Datasets'
    ? { ...shared, isPublic: true, documents: document === null ? [] : [{ pid: document }] }
    : { ...shared, dataFormat: format, sourceFolder: folder, proposalId: document };
}
