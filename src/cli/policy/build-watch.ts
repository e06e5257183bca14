// `panfed policy build --watch`: the policy builder as a process of its own, for gateways that have no OPA
// (`policies.builder: separate`). It fetches, verifies and builds what the labs ship, keeps it for the gateway, and tells
// what became of it. `--once` does so one time, for a timer or a first start.
import pino from 'pino';
import { findOpa } from '../../authoring/opa.ts';
import { buildSigned } from '../../authoring/signed.ts';
import { loadConfigWithoutSecrets } from '../../config/load.ts';
import { policySourceOf } from '../../config/policy-source.ts';
import type { Config } from '../../config/schema.ts';
import type { Environment } from '../../config/secrets.ts';
import { SYSTEM_CLOCK } from '../../model/clock.ts';
import { FederationError } from '../../model/errors.ts';
import { createHttpClient } from '../../network/create.ts';
import { createPolicyBuilder } from '../../policy/distribution/builder.ts';
import { openPolicyState } from '../../policy/distribution/open-state.ts';
import { aborted } from '../aborted.ts';
import { loggerOf } from '../logger.ts';
import type { Output } from '../terminal/output.ts';
import { eventJson, eventLine, failureEvent } from './build-events.ts';
import { createBuildReporter } from './build-reporter.ts';

export interface BuildWatchOptions {
  /** Path of federation.yaml. */
  readonly config: string;
  /** Ids of facilities; all that have a signed source if there is none. */
  readonly owners: readonly string[];
  /** Ends when each source was asked once. */
  readonly once: boolean;
  readonly format: 'table' | 'json';
  readonly env: Environment;
  readonly output: Output;
  /** Ends it. */
  readonly stop: AbortSignal;
}

/**
 * Resolves when it was stopped. Rejects with CONFIG_INVALID, OPA_MISSING, or USAGE for an owner without a signed source,
 * before it asks anybody. With `once` resolves when all that the sources have is kept, and rejects with POLICY_INVALID
 * where something was refused, else with SOURCE_UNAVAILABLE where a source could not be asked.
 */
export async function watchSources(options: BuildWatchOptions): Promise<void> {
  const { config: path, owners, once, format, env, output, stop } = options;
  // The secrets of registries are not for this process; those that it needs are read, and checked, one by one.
  const config = await loadConfigWithoutSecrets(path, env);
  const facilities = facilitiesOf(config, path, owners);
  const opa = await findOpa(env);
  const state = await openPolicyState(
    { ...config, policies: { ...config.policies, builder: 'separate' } },
    env,
  );
  const ids = facilities.map(({ id }) => id);
  const rounds = firstRounds(ids);
  const reporter = createBuildReporter(state, (event) => {
    if (format === 'json') output.data(eventJson(event, new Date(SYSTEM_CLOCK.wall())));
    else output.show(eventLine(event, output));
  });
  const httpClient = createHttpClient();
  try {
    const builder = await createPolicyBuilder({
      ...{ config: { ...config, facilities }, env, httpClient, state },
      compile: async (source, signal) => {
        const limits = { evaluation: config.limits.policyDeadline };
        const built = await buildSigned(opa, source, { signal, limits });
        reporter.built(source, built);
        return built.bytes;
      },
      onArrived: reporter.arrived,
      onRound: async (facility, error) => {
        await reporter.ended(facility, error);
        rounds.ended(facility, error);
      },
      // What happens is told as an event; the log says where something broke down.
      logger: env.PANFED_DEBUG ? loggerOf(config, output) : pino({ level: 'silent' }),
    });
    output.message(`${once ? 'asking' : 'watching'} ${ids.join(', ')}; keeping in ${state.place}\n`);
    await Promise.race([aborted(stop), ...(once ? [rounds.all] : [])]);
    await builder.close();
  } finally {
    await httpClient.close();
  }
  if (once) rounds.assertGood();
}

/** Those that have a signed source and were named. */
function facilitiesOf(config: Config, path: string, owners: readonly string[]): Config['facilities'] {
  const signed = config.facilities.filter((facility) => policySourceOf(facility) !== null);
  const ids = signed.map(({ id }) => id);
  if (signed.length === 0) {
    throw new FederationError('CONFIG_INVALID', 'no facility ships its policy as signed source', {
      at: path,
      hint: 'Name its `policy.source`, or build a folder of policies without --watch and --once.',
    });
  }
  const stranger = owners.find((owner) => !ids.includes(owner));
  if (stranger !== undefined) {
    throw new FederationError('USAGE', `${stranger} is no facility that ships its policy as signed source`, {
      at: path,
      hint: `There ${ids.length === 1 ? 'is' : 'are'} ${ids.join(', ')}.`,
    });
  }
  return owners.length === 0 ? signed : signed.filter(({ id }) => owners.includes(id));
}

/** How each facility's first round ended. */
function firstRounds(ids: readonly string[]) {
  const open = new Set(ids);
  const failures = new Map<string, unknown>();
  let settle = () => {};
  const all = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return {
    /** Resolves when each has ended. */
    all,
    ended(id: string, error: unknown): void {
      if (open.delete(id) && error !== null) failures.set(id, error);
      if (open.size === 0) settle();
    },
    /** Throws for the worst of them. Why was told as it happened. */
    assertGood(): void {
      const found = [...failures].map(([id, error]) => ({ id, error, event: failureEvent(id, error).event }));
      const broken = found.find(({ event }) => event === 'failed');
      if (broken !== undefined) throw broken.error;
      const refused = found.flatMap(({ id, event }) => (event === 'refused' ? [id] : []));
      if (refused.length > 0) {
        throw new FederationError('POLICY_INVALID', `what comes from ${refused.join(', ')} is refused`);
      }
      // What has not ended, because it was stopped, was not asked.
      const missing = [...failures.keys(), ...open];
      if (missing.length > 0) {
        throw new FederationError('SOURCE_UNAVAILABLE', `nothing could be had from ${missing.join(', ')}`);
      }
    },
  };
}
