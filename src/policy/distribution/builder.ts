// The policy builder: fetches the labs' signed sources, verifies and builds them one after the other, and stores those
// that pass. It runs beside the gateway or as a separate process; all of its results are in the state.
import { resolve } from 'node:path';
import pLimit from 'p-limit';
import type { Logger } from 'pino';
import { isFetched, type PolicySource, policySourceOf } from '../../config/policy-source.ts';
import type { Config } from '../../config/schema.ts';
import { type Environment, readSecret } from '../../config/secrets.ts';
import { type Clock, SYSTEM_CLOCK } from '../../model/clock.ts';
import type { FederationError } from '../../model/errors.ts';
import { Credential } from '../../network/credential.ts';
import type { HttpClient } from '../../network/http-client.ts';
import { acceptBundle } from './accept-bundle.ts';
import { SOURCE_BOUNDS } from './archive.ts';
import type { BundleFetcher } from './bundle-fetcher.ts';
import { fileFetcher } from './file-fetcher.ts';
import { type HttpTiming, httpFetcher } from './http-fetcher.ts';
import type { SourceTrust } from './signature.ts';
import type { SourceCompiler } from './source-compiler.ts';
import { startSourcePoller } from './source-poller.ts';
import type { PolicyState } from './state/state.ts';
import { markOf, readTrusts } from './trust.ts';
import { verifyAside } from './verify-aside.ts';

export interface PolicyBuilderOptions {
  readonly config: Pick<Config, 'facilities' | 'policies' | 'limits' | 'baseDirectory'>;
  readonly env: Environment;
  readonly httpClient: Pick<HttpClient, 'download'>;
  readonly state: PolicyState;
  readonly compile: SourceCompiler['compile'];
  /** A facility's source answered a poll. */
  readonly onAsked?: (owner: string) => void;
  /** A facility's archive arrived, of so many bytes, that this process has not handled yet. */
  readonly onArrived?: (owner: string, bytes: number) => void;
  /** The stored policy of a facility, or its refusal, changed; `error`: why it was refused, null: it was not. */
  readonly onChange?: (owner: string, error: FederationError | null) => void;
  /** A poll of a facility's source ended; `error`: why no archive was accepted. Must not throw. */
  readonly onRound?: (owner: string, error: unknown) => void;
  /** As of {@link httpFetcher}, whose defaults hold for what is left out. */
  readonly timing?: Partial<HttpTiming> | undefined;
  /** The system's by default. */
  readonly clock?: Clock;
  readonly logger: Logger;
}

export interface PolicyBuilder {
  /** Aborts the running work; what is stored stays as it is. Resolves when it has ended, and never rejects. */
  close(): Promise<void>;
}

/**
 * Polls the signed source of each facility that has one, verifies and compiles what is new, and keeps it in `state`,
 * one at a time; starts at once, until it is closed. Polls a file every `policies.watch` seconds (3,600 for 0), and a
 * URL as {@link httpFetcher} says; archives have at most 16 MiB. Rejects with CONFIG_INVALID if a key or token that
 * federation.yaml names cannot be read; what fails later is logged, and kept as the owner's refusal.
 */
export async function createPolicyBuilder(options: PolicyBuilderOptions): Promise<PolicyBuilder> {
  const { config, env, state, compile, logger, clock = SYSTEM_CLOCK } = options;
  const { onAsked = () => {}, onArrived = () => {}, onChange = () => {}, onRound = () => {} } = options;
  const trusts = await readTrusts(config, env);
  // One lab at a time: two must not verify and build at once. The one that has waited longest is next, so that a lab
  // that always has another archive comes after all others that have one.
  const limit = pLimit(1);
  const prepared = await Promise.all(
    config.facilities.flatMap((facility) => {
      const source = policySourceOf(facility);
      const trust = trusts.get(facility.id);
      return source === null || trust === undefined ? [] : [prepare(source, trust)];
    }),
  );

  async function prepare(source: PolicySource, trust: SourceTrust) {
    const fetcher = await fetcherOf(source, options);
    const verify = (archive: Uint8Array, signal: AbortSignal) =>
      verifyAside(archive, trust, fetcher.place, signal);
    const accepting = { owner: trust.owner, trust: await markOf(trust), state, verify, compile };
    const accept = (archive: Uint8Array, signal: AbortSignal) => acceptBundle(archive, accepting, signal);
    return {
      owner: trust.owner,
      fetcher,
      accept,
      limit,
      state,
      onAsked,
      onArrived,
      onChange,
      onRound,
      clock,
      logger,
    };
  }

  const pollers = prepared.map(startSourcePoller);
  return {
    close: async () => {
      await Promise.all(pollers.map((poller) => poller.close()));
    },
  };
}

async function fetcherOf(
  source: PolicySource,
  { config, env, httpClient, timing = {}, clock = SYSTEM_CLOCK }: PolicyBuilderOptions,
): Promise<BundleFetcher> {
  const { baseDirectory, policies } = config;
  const maxBytes = SOURCE_BOUNDS.packed;
  if (!isFetched(source)) {
    return fileFetcher({
      path: resolve(baseDirectory, source.source),
      interval: (policies.watch || UNWATCHED) * 1_000,
      maxBytes,
    });
  }
  const { source: url, token } = source;
  const credential =
    token === undefined ? null : Credential.for(url, await readSecret(token, env, baseDirectory));
  return httpFetcher({ httpClient, url, credential, maxBytes, timing, clock });
}

/** Seconds between two polls of a source's file if federation.yaml says not to watch bundles. */
const UNWATCHED = 3_600;
