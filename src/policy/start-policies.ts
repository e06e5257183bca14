// The policies of a running federation: the log of their decisions, the engine, the bundles that are watched, and what labs ship as
// signed sources.
import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import type { SecretReference } from '../config/secret.ts';
import type { Environment } from '../config/secrets.ts';
import type { Clock } from '../model/clock.ts';
import { OpenedParts } from '../model/opened-parts.ts';
import type { HttpClient } from '../network/http-client.ts';
import { watchBundles } from './activation/bundle-watcher.ts';
import { createPolicyEngine, type LocalPolicyEngine, policyFiles } from './create-engine.ts';
import type { PolicyCounters } from './decisions/failures.ts';
import { type PolicyDistributionOptions, startPolicyDistribution } from './distribution/distribution.ts';
import { createDecisionLog, type DecisionLogOptions } from './log/create-log.ts';

export interface PoliciesOptions extends Pick<PolicyDistributionOptions, 'compiler'> {
  readonly config: Config;
  readonly env: Environment;
  readonly httpClient: HttpClient;
  readonly secret: (reference: SecretReference) => Promise<string>;
  /** What is counted. */
  readonly metrics: {
    readonly policies: PolicyCounters;
    readonly decisionLog: DecisionLogOptions['counters'];
    readonly policySourceAsked: PolicyDistributionOptions['onAsked'];
  };
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The engine, once its policies are in force. Closing it ends what follows others, then the engine, and last the log, so that the last
 * decisions are written. Rejects as {@link createDecisionLog}, {@link watchBundles}, {@link createPolicyEngine} and
 * {@link startPolicyDistribution} do, with everything closed.
 */
export async function startPolicies(options: PoliciesOptions): Promise<LocalPolicyEngine> {
  const { config, env, httpClient, secret, metrics, compiler, clock, logger } = options;
  const { baseDirectory } = config;
  const opened = new OpenedParts();
  try {
    const decisionLog = opened.add(
      await createDecisionLog({
        ...{ config: config.telemetry.decisionLog, federation: config.federation.name, baseDirectory },
        ...{ httpClient, secret, logger, clock, counters: metrics.decisionLog },
      }),
    );
    const bundles = await watchBundles({
      ...{ files: policyFiles(config), baseDirectory, logger },
      interval: config.policies.watch * 1_000,
    });
    const engine = opened.add(
      await createPolicyEngine({ config, logger, counters: metrics.policies, decisionLog, clock }),
    );
    opened.add(bundles).start((changes) => engine.activate(changes));
    const onAsked = metrics.policySourceAsked;
    opened.add(
      await startPolicyDistribution({ config, env, httpClient, engine, compiler, onAsked, clock, logger }),
    );
    return { ...engine, close: () => opened.close() };
  } catch (error) {
    await opened.close();
    throw error;
  }
}
