// What tests of data catalogs ask with: a client without retries, the packaged vocabulary, and facilities with catalogs.
import { after } from 'node:test';
import type { DataCatalogConfig } from '../../src/config/data-catalog.ts';
import { createDataCatalogs, type DataCatalogs } from '../../src/data-catalogs/data-catalogs.ts';
import { SYSTEM_CLOCK } from '../../src/model/clock.ts';
import { createHttpClient } from '../../src/network/create-http-client.ts';
import type { HttpClient } from '../../src/network/http-client.ts';
import { loadVocabulary } from '../../src/vocabulary/load.ts';

export const vocabulary = loadVocabulary();

/** Closed after the file's tests. */
export function httpClient(): HttpClient {
  const made = createHttpClient({ backoff: { retries: 0 } });
  after(() => made.close());
  return made;
}

type Given = Pick<DataCatalogConfig, 'kind' | 'url'> & Partial<DataCatalogConfig>;

/** The catalogs of the facilities, by id; PIDs of 10.5072 are theirs unless said. */
export const catalogsOf = (
  client: HttpClient,
  byFacility: Readonly<Record<string, Given>>,
  dataLookups = 1_000,
): Promise<DataCatalogs> =>
  createDataCatalogs({
    facilities: Object.entries(byFacility).map(([id, given]) => ({
      ...{ id, name: id.toUpperCase() },
      dataCatalogs: [{ pidPrefixes: ['10.5072'], timeout: 20_000, ...given }],
    })),
    ...{ httpClient: client, vocabulary, limits: { dataLookups }, clock: SYSTEM_CLOCK },
    secret: async () => 'of the gateway',
  });

/** A caller who gives no token and does not go away. */
export const SOMEONE = { principal: 'someone', token: null, own: null, signal: new AbortController().signal };
