// The data catalogs of a federation: a PID leads to one of them, which is asked as the caller, and for nobody else.
import { setMaxListeners } from 'node:events';
import type { DataCatalogConfig } from '../config/data-catalog.ts';
import type { FacilityConfig } from '../config/facility.ts';
import type { Limits } from '../config/limits.ts';
import type { SecretReference } from '../config/secret.ts';
import type { Notice } from '../discovery/connection.ts';
import type { MonotonicClock } from '../model/clock.ts';
import type { DataCatalogKind, DataCatalogOutcome, DataSet } from '../model/data-set.ts';
import { FederationError } from '../model/errors.ts';
import { hasPrefix } from '../model/pid.ts';
import type { HttpClient } from '../network/http-client.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
import type { BearerToken } from './bearer-token.ts';
import type { LookUp } from './catalog-request.ts';
import { factsOf } from './facts.ts';
import { lookUpIcat } from './icat.ts';
import { createLookUpLimit } from './look-up-limit.ts';
import { lookUpPanosc } from './panosc.ts';
import { lookUpScicat } from './scicat.ts';
import { isOf, type StatedDataSet } from './stated.ts';
import { createTokenExchange, type TokenExchange } from './token-exchange.ts';

/** The caller that asks. */
export interface LookingUp {
  /** The caller's principal: (iss, sub), or `anonymous`. */
  readonly principal: string;
  /** For the catalog that the PID leads to; null: it is asked without a credential, or with what `own` is exchanged for. */
  readonly token: BearerToken | null;
  /** The caller's own, which no catalog is sent; null: they are not signed in. */
  readonly own: BearerToken | null;
  /** Ends the look-up. */
  readonly signal: AbortSignal;
}

export interface LookedUp {
  /** null where nothing is known of it. */
  readonly dataSet: DataSet | null;
  readonly outcome: DataCatalogOutcome;
  readonly notices: readonly Notice[];
}

export interface DataCatalogs {
  /**
   * Asks the catalog that the PID leads to; nothing is kept. A catalog that fails is an outcome. Rejects with BAD_CHOICE where no
   * catalog has PIDs like it, with BAD_REQUEST where another one was sent the token, with RATE_LIMITED where the caller looks up too
   * many, and with the signal's reason.
   */
  lookUp(pid: string, asker: LookingUp): Promise<LookedUp>;
}

export interface DataCatalogsOptions {
  readonly facilities: readonly Pick<FacilityConfig, 'id' | 'name' | 'dataCatalogs'>[];
  readonly httpClient: Pick<HttpClient, 'bytes'>;
  readonly vocabulary: Vocabulary;
  readonly limits: Pick<Limits, 'dataLookups'>;
  /** The root of the API of a catalog that the demo serves; null, as by default: it serves none. */
  readonly demoUrl?: ((catalog: DataCatalogConfig) => string | null) | undefined;
  /** Reads a secret that federation.yaml names. */
  readonly secret: (reference: SecretReference) => Promise<string>;
  readonly clock: MonotonicClock;
}

const LOOK_UPS: Readonly<Record<DataCatalogKind, LookUp>> = {
  panosc: lookUpPanosc,
  scicat: lookUpScicat,
  icat: lookUpIcat,
};

interface Known {
  readonly prefix: string;
  readonly facility: Pick<FacilityConfig, 'id' | 'name'>;
  readonly kind: DataCatalogKind;
  /** The root of its API. */
  readonly url: string;
  readonly timeout: number;
  /** null: none is configured. */
  readonly exchange: TokenExchange | null;
}

/**
 * The data catalogs of the facilities. Asks nobody yet; its method rejects as {@link DataCatalogs} says. Rejects with CONFIG_INVALID
 * for a secret that cannot be read, and a catalog without an address.
 */
export async function createDataCatalogs(options: DataCatalogsOptions): Promise<DataCatalogs> {
  const { httpClient, vocabulary, clock } = options;
  const take = createLookUpLimit(options.limits.dataLookups);
  const known = await knownCatalogs(options);

  async function lookUp(pid: string, asker: LookingUp): Promise<LookedUp> {
    const found = known.find(({ prefix }) => hasPrefix(pid, prefix));
    if (found === undefined) throw noCatalog();
    asker.signal.throwIfAborted();
    if (asker.token !== null) give(asker.token, found.url);
    await take(asker.principal);
    const { facility, kind } = found;
    const started = clock.monotonic();
    const outcome = (rest: Pick<DataCatalogOutcome, 'status' | 'error'>): DataCatalogOutcome => ({
      ...{ facility: facility.id, kind, ...rest },
      tookMs: rest.status === 'NOT_FOUND' ? null : Math.round(clock.monotonic() - started),
    });
    const answer = await answerOf(found, pid, asker);
    if (answer instanceof FederationError) {
      const status = answer.code === 'SOURCE_TIMEOUT' ? 'TIMEOUT' : 'ERROR';
      return {
        dataSet: null,
        outcome: outcome({ status, error: { code: answer.code, message: answer.message } }),
        notices: [
          notice(
            'DATA_CATALOG_UNAVAILABLE',
            `The data catalog of ${facility.name} could not be asked, so that format and technique of the data are not known.`,
          ),
        ],
      };
    }
    if (answer === null) {
      return {
        dataSet: null,
        outcome: outcome({ status: 'NOT_FOUND', error: null }),
        notices: [
          notice(
            'DATA_SET_NOT_FOUND',
            `The data catalog of ${facility.name} has no data set by this PID that you may know of.`,
          ),
        ],
      };
    }
    const { dataSet, notices } = factsOf(answer, { pid, facility: facility.id, vocabulary });
    return { dataSet, outcome: outcome({ status: 'OK', error: null }), notices };
  }

  /** What the catalog says of the data set; its failure, if it fails. Rejects with the signal's reason. */
  async function answerOf(
    { kind, url, timeout, exchange }: Known,
    pid: string,
    { token, own, signal }: LookingUp,
  ): Promise<StatedDataSet | FederationError | null> {
    try {
      const ending = AbortSignal.any([signal, AbortSignal.timeout(timeout)]);
      // Each request of a look-up listens to it: no leak, as Node would warn.
      setMaxListeners(0, ending);
      const exchanged =
        token === null && own !== null && exchange !== null ? await exchange(own, ending) : token;
      const credential = exchanged?.for(url) ?? null;
      const stated = await LOOK_UPS[kind]({ httpClient, url, credential, signal: ending }, pid);
      return stated === null || isAbout(stated, pid) ? stated : ABOUT_ANOTHER;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof FederationError) return error;
      throw error;
    }
  }

  return { lookUp };
}

/** By token of a request, the root of the one catalog that it is for. */
const given = new WeakMap<BearerToken, string>();

function give(token: BearerToken, url: string): void {
  const before = given.get(token) ?? url;
  given.set(token, before);
  if (before === url) return;
  throw new FederationError('BAD_REQUEST', 'The token for a data catalog goes to one catalog alone.', {
    at: 'data.pid',
    hint: 'Ask about data sets of another catalog in a request of its own.',
  });
}

const noCatalog = (): FederationError =>
  new FederationError('BAD_CHOICE', 'No data catalog of this federation has PIDs that begin so.', {
    at: 'data.pid',
    hint: 'Say format, technique and facility of the data instead.',
  });

/** One for each prefix, the longest first. */
async function knownCatalogs({
  facilities,
  httpClient,
  secret,
  demoUrl,
}: DataCatalogsOptions): Promise<readonly Known[]> {
  const known: Known[] = [];
  for (const facility of facilities) {
    for (const catalog of facility.dataCatalogs) {
      const { kind, timeout, tokenExchange, pidPrefixes } = catalog;
      const url = catalog.url ?? demoUrl?.(catalog) ?? null;
      if (url === null) throw new FederationError('CONFIG_INVALID', 'a data catalog has no url');
      const exchange =
        tokenExchange === undefined ? null : await createTokenExchange(tokenExchange, httpClient, secret);
      known.push(...pidPrefixes.map((prefix) => ({ prefix, facility, kind, url, timeout, exchange })));
    }
  }
  return known.sort((a, b) => b.prefix.length - a.prefix.length);
}

const isAbout = ({ pid: stated }: StatedDataSet, pid: string): boolean =>
  stated === null || isOf(stated, pid);

const ABOUT_ANOTHER = new FederationError('SOURCE_MALFORMED', 'the answer is about another data set');

const notice = (code: Notice['code'], message: string): Notice => ({ code, message, suggestions: [] });
