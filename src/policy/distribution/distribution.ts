// The labs' signed policies in a gateway: what is kept comes into force before anyone is asked, and what is built after
// it, beside the gateway or elsewhere, as soon as it is kept.

import type { Logger } from 'pino';
import { policySourceOf } from '../../config/policy-source.ts';
import type { Config } from '../../config/schema.ts';
import type { Environment } from '../../config/secrets.ts';
import type { Clock } from '../../model/clock.ts';
import type { HttpClient } from '../../network/http-client.ts';
import type { LocalPolicyEngine } from '../create-engine.ts';
import { createPolicyBuilder, type PolicyBuilderOptions } from './builder.ts';
import type { SourceCompiler } from './source-compiler.ts';
import { followState } from './state/follow-state.ts';
import { openPolicyState } from './state/open-state.ts';
import { markOf, readTrusts } from './trust.ts';

export interface PolicyDistributionOptions {
  readonly config: Pick<
    Config,
    'federation' | 'demo' | 'facilities' | 'policies' | 'limits' | 'baseDirectory'
  >;
  readonly env: Environment;
  readonly httpClient: Pick<HttpClient, 'download'>;
  readonly engine: Pick<LocalPolicyEngine, 'activate' | 'refuse'>;
  readonly compiler: SourceCompiler;
  /** A facility's source answered a poll. */
  readonly onAsked: (owner: string) => void;
  readonly timing?: PolicyBuilderOptions['timing'];
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface PolicyDistribution {
  /** Ends the polls and what is being built; never rejects. */
  close(): Promise<void>;
}

/**
 * Resolves when the stored policies are in force; a stored one that cannot be read is logged and refused.
 * Without a facility that ships its policy it does nothing. The state is looked at every `policies.watch`
 * seconds. Rejects with CONFIG_INVALID if the state, a secret or a key cannot be opened, and as {@link
 * StateFollower.look} does. With 0 for `policies.watch` the state is looked at after a build here alone.
 * Without OPA the stored policies stay in force, and why nothing is built is logged.
 */
export async function startPolicyDistribution(
  options: PolicyDistributionOptions,
): Promise<PolicyDistribution> {
  const { config, env, engine, clock, logger } = options;
  if (!config.facilities.some((facility) => policySourceOf(facility) !== null)) {
    return { close: async () => {} };
  }
  const state = await openPolicyState(config, env);
  const marks = [...(await readTrusts(config, env))].map(
    async ([owner, trust]) => [owner, await markOf(trust)] as const,
  );
  const trusts = new Map(await Promise.all(marks));
  const follower = followState({
    trusts,
    state,
    engine,
    interval: config.policies.watch * 1_000,
    clock,
    logger,
  });
  await follower.look();
  follower.start();
  if (config.policies.builder === 'separate') return follower;
  await reportUnavailable(options);
  const builder = await createPolicyBuilder({
    ...options,
    compile: options.compiler.compile,
    state,
    onChange: () => follower.hint(),
  });
  return {
    close: async () => {
      await builder.close();
      await follower.close();
    },
  };
}

/** Logs why nothing can be compiled here, if so; the stored policies stay in force. */
async function reportUnavailable({ compiler, logger }: PolicyDistributionOptions): Promise<void> {
  const error = await compiler.unavailable();
  if (error === null) return;
  const { code, message, hint } = error;
  logger.error(
    { code, reason: message, hint: `${hint}, or set policies.builder: separate` },
    'labs’ signed sources cannot be built; the stored policies stay in force',
  );
}
