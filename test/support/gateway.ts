// A whole federation in this process, listening on a free loopback port: the demo as it comes, or labs that a test gives.
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { type Logger, pino } from 'pino';
import type { z } from 'zod';
import type { RegistryState } from '../../src/catalog/catalog.ts';
import { loadConfig } from '../../src/config/load.ts';
import { type Config, configSchema } from '../../src/config/schema.ts';
import { createFederation, type Federation, type FederationOptions } from '../../src/federation.ts';
import { demoPerson } from '../../src/identity/demo-people.ts';
import { ROOT } from './root.ts';

/** What a client reads of an answer. */
export interface Answered<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly data: T;
  readonly errors: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: { readonly code: string; readonly [more: string]: unknown };
  }[];
}

export interface RunningGateway {
  readonly federation: Federation;
  readonly url: string;
  /** A token of one of the demo's people. */
  token(person: string): Promise<string>;
  /** POSTs a document as the bearer of the token; null: nobody. */
  ask<T = Record<string, unknown>>(
    query: string,
    variables?: Readonly<Record<string, unknown>>,
    token?: string | null,
  ): Promise<Answered<T>>;
  /** A scrape of its metrics. */
  metrics(): Promise<string>;
  close(): Promise<void>;
}

export type ConfigInput = Omit<z.input<typeof configSchema>, 'federation'> & {
  readonly federation?: Partial<z.input<typeof configSchema>['federation']>;
};

/** A valid configuration on a free port; a demo unless said, so that its people can ask. */
export function configOf(input: ConfigInput): Config {
  const parsed = configSchema.parse({
    demo: true,
    ...input,
    federation: { name: 'test', ...input.federation, listen: { port: 0 } },
  });
  return { ...parsed, baseDirectory: ROOT };
}

/** The project's own federation.yaml, on a free port. */
export async function demoConfig(): Promise<Config> {
  const config = await loadConfig(`${ROOT}federation.yaml`, {});
  return { ...config, federation: { ...config.federation, listen: { host: '127.0.0.1', port: 0 } } };
}

export async function startGateway(
  config: Config,
  options: Partial<FederationOptions> & { readonly logger?: Logger } = {},
): Promise<RunningGateway> {
  const { telemetry } = config;
  const metrics = telemetry.metrics ?? { listen: '127.0.0.1:0' };
  const federation = await createFederation(
    // The tests of the store say where; no other test keeps anything.
    { ...config, store: config.store ?? 'none', telemetry: { ...telemetry, metrics } },
    {
      env: {},
      logger: pino({ level: 'silent' }),
      ...options,
    },
  );
  const { url, metricsUrl } = await federation.listen().catch(async (error: unknown) => {
    await federation.close();
    throw error;
  });
  return {
    federation,
    url,
    token: async (name) => {
      const person = demoPerson(name);
      if (federation.demo === null || person === null) throw new Error(`there is no ${name} here`);
      return federation.demo.mint(person);
    },
    ask: async (query, variables = {}, token = null) =>
      answered(
        await fetch(`${url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...bearer(token) },
          body: JSON.stringify({ query, variables }),
        }),
      ),
    metrics: async () => (await fetch(metricsUrl ?? assert.fail('its metrics are closed'))).text(),
    close: () => federation.close(),
  };
}

/** The demo, crawled, and its signatures verified. */
export async function startDemo(
  changes: (config: Config) => Config = (config) => config,
): Promise<RunningGateway> {
  const gateway = await startGateway(changes(await demoConfig()));
  await settled(gateway);
  return gateway;
}

/** Resolves when the demo's registries are crawled and their signatures verified, which comes behind a crawl. */
export async function settled({ federation: { catalog } }: RunningGateway): Promise<void> {
  await catalog.refresh({ maxAge: null });
  // On a slow machine a registry may need a second round.
  const isUnsettled = () => catalog.states().some((state) => isUnfinished(state) || isVerifying(state));
  for (let look = 0; isUnsettled() && look < 1_200; look += 1) await wait(50);
}

const isUnfinished = ({ failure }: RegistryState): boolean => failure?.code === 'CRAWL_UNFINISHED';

const isVerifying = ({ snapshot }: RegistryState): boolean =>
  snapshot?.records.some(({ trust }) => trust.state === 'unknown') ?? false;

/** The demo with one of its labs, which starts in half the time: for what does not depend on what there is to find. */
export const startSmallDemo = (
  changes: (config: Config) => Config = (config) => config,
): Promise<RunningGateway> =>
  startDemo((config) =>
    changes({ ...config, facilities: config.facilities.filter(({ id }) => id === 'esrf') }),
  );

export const bearer = (token: string | null): Record<string, string> =>
  token === null ? {} : { authorization: `Bearer ${token}` };

export async function answered<T>(response: Response): Promise<Answered<T>> {
  const text = await response.text();
  const { data, errors = [] } = JSON.parse(text) as Partial<Answered<T>>;
  return { status: response.status, headers: response.headers, text, data: data as T, errors };
}
