// `panfed policy build --watch`: the policy builder as a process of its own, for gateways that have no OPA
// (`policies.builder: separate`). It fetches, verifies and builds what the labs ship, stores it for the gateway, and
// reports each step. `--once` does so one time, for a timer or a first start.
import pino from 'pino';
import { buildSigned } from '../../../authoring/build/signed.ts';
import { findOpa } from '../../../authoring/opa/opa.ts';
import { loadConfigWithoutSecrets } from '../../../config/load.ts';
import { policySourceOf } from '../../../config/policy-source.ts';
import type { Config } from '../../../config/schema.ts';
import type { Environment } from '../../../config/secrets.ts';
import { SYSTEM_CLOCK } from '../../../model/clock.ts';
import { FederationError } from '../../../model/errors.ts';
import { createHttpClient } from '../../../network/create-http-client.ts';
import { createPolicyBuilder } from '../../../policy/distribution/builder.ts';
import { openPolicyState } from '../../../policy/distribution/state/open-state.ts';
import { aborted } from '../../aborted.ts';
import { loggerOf } from '../../logger.ts';
import type { Output } from '../../terminal/output.ts';
import { eventJson, eventLine, failureEvent } from './events.ts';
import { createBuildReporter } from './reporter.ts';

export interface BuildWatchOptions {
  /** Path of federation.yaml. */
  readonly config: string;
  /** Ids of facilities; if empty, all that have a signed source. */
  readonly owners: readonly string[];
  /** Whether it ends when each source was asked once. */
  readonly once: boolean;
  readonly format: 'table' | 'json';
  readonly env: Environment;
  readonly output: Output;
  /** Ends it when it aborts. */
  readonly stop: AbortSignal;
}

/**
 * Runs the policy builder, writes its events to `output`, and resolves when it was stopped. Rejects with
 * CONFIG_INVALID, OPA_MISSING, or USAGE for an owner without a signed source, before it asks any source, and
 * where the state cannot be opened as {@link openPolicyState} does. With `once` it resolves when the policies
 * of all sources are stored, and rejects with what broke for another reason than the source, else with
 * POLICY_INVALID if one was refused, else with SOURCE_UNAVAILABLE if a source did not answer, or had not
 * before it was stopped.
 */
export async function watchSources(options: BuildWatchOptions): Promise<void> {
  const { config: path, owners, once, format, env, output, stop } = options;
  // This process does not need the registries' secrets; those that it needs are read, and checked, one by one.
  const config = await loadConfigWithoutSecrets(path, env);
  const facilities = facilitiesOf(config, path, owners);
  const opa = await findOpa(env);
  const state = await openPolicyState(
    { ...config, policies: { ...config.policies, builder: 'separate' } },
    env,
  );
  const ids = facilities.map(({ id }) => id);
  const attempts = firstAttempts(ids);
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
        attempts.ended(facility, error);
      },
      // Events report what happens; the log is for finding a fault in panfed.
      logger: env.PANFED_DEBUG ? loggerOf(config, output) : pino({ level: 'silent' }),
    });
    output.message(`${once ? 'asking' : 'watching'} ${ids.join(', ')}; keeping in ${state.place}\n`);
    await Promise.race([aborted(stop), ...(once ? [attempts.all] : [])]);
    await builder.close();
  } finally {
    await httpClient.close();
  }
  if (once) attempts.assertGood();
}

/** The facilities that have a signed source and were named; all that have one if none was named. */
function facilitiesOf(config: Config, path: string, owners: readonly string[]): Config['facilities'] {
  const signed = config.facilities.filter((facility) => policySourceOf(facility) !== null);
  const ids = signed.map(({ id }) => id);
  if (signed.length === 0) {
    throw new FederationError('CONFIG_INVALID', 'no facility ships its policy as signed source', {
      at: path,
      hint: 'Name its `policy.source`, or build a folder of policies without --watch and --once.',
    });
  }
  const unknown = owners.find((owner) => !ids.includes(owner));
  if (unknown !== undefined) {
    throw new FederationError(
      'USAGE',
      `${unknown} is not a facility that ships its policy as signed source`,
      {
        at: path,
        hint: `Those that do: ${ids.join(', ')}.`,
      },
    );
  }
  return owners.length === 0 ? signed : signed.filter(({ id }) => owners.includes(id));
}

/** How the first attempt of each facility ended. */
function firstAttempts(ids: readonly string[]) {
  const open = new Set(ids);
  const failures = new Map<string, unknown>();
  let settle = () => {};
  const all = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return {
    /** Resolves when each first attempt has ended. */
    all,
    ended(id: string, error: unknown): void {
      if (open.delete(id) && error !== null) failures.set(id, error);
      if (open.size === 0) settle();
    },
    /** Throws for the worst of the failures. Each was reported as it happened. */
    assertGood(): void {
      const found = [...failures].map(([id, error]) => ({ id, error, event: failureEvent(id, error).event }));
      const broken = found.find(({ event }) => event === 'failed');
      if (broken !== undefined) throw broken.error;
      const refused = found.flatMap(({ id, event }) => (event === 'refused' ? [id] : []));
      if (refused.length > 0) {
        throw new FederationError('POLICY_INVALID', `the policy source of ${refused.join(', ')} was refused`);
      }
      // An attempt that was stopped before its end counts as one without an answer.
      const missing = [...failures.keys(), ...open];
      if (missing.length > 0) {
        throw new FederationError(
          'SOURCE_UNAVAILABLE',
          `the policy source of ${missing.join(', ')} could not be fetched`,
        );
      }
    },
  };
}
