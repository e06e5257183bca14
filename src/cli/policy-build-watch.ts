// `panfed policy build --watch`: the policy builder as a process of its own, for gateways that have no OPA
// (`policies.builder: separate`). It fetches, verifies and builds what the labs ship, and keeps it for the gateway.

import { loadConfigWithoutSecrets } from '../config/load.ts';
import { policySourceOf } from '../config/policy-source.ts';
import type { Environment } from '../config/secrets.ts';
import { FederationError } from '../model/errors.ts';
import { findOpa } from '../policy/build/opa.ts';
import { createPolicyBuilder } from '../policy/signed/builder.ts';
import { openPolicyState } from '../policy/signed/open-state.ts';
import type { PolicyState } from '../policy/signed/state.ts';
import { createDoor } from '../sources/fetch.ts';
import { aborted } from './aborted.ts';
import { loggerOf } from './logger.ts';
import type { Output } from './output.ts';

export interface BuildWatchOptions {
  /** Path of federation.yaml. */
  readonly config: string;
  readonly env: Environment;
  readonly output: Output;
  /** Ends it. */
  readonly stop: AbortSignal;
}

/** Resolves when it was stopped. Rejects with CONFIG_INVALID or OPA_MISSING before it asks anybody. */
export async function watchSources({ config: path, env, output, stop }: BuildWatchOptions): Promise<void> {
  // The secrets of registries are not for this process; those that it needs are read, and checked, one by one.
  const config = await loadConfigWithoutSecrets(path, env);
  const labs = config.facilities.filter((facility) => policySourceOf(facility) !== null);
  if (labs.length === 0) {
    throw new FederationError('CONFIG_INVALID', 'no facility ships its policy as signed source', {
      at: path,
      hint: 'Name its `policy.source`, or build a folder of policies without --watch.',
    });
  }
  await findOpa(env);
  const state = await openPolicyState(
    { ...config, policies: { ...config.policies, builder: 'separate' } },
    env,
  );
  const door = createDoor();
  try {
    const builder = await createPolicyBuilder({
      ...{ config, env, door, state },
      onChange: (owner, error) => void tell(owner, error, state, output),
      logger: loggerOf(config, output),
    });
    output.message(`watching ${labs.map(({ id }) => id).join(', ')}; keeping in ${state.place}\n`);
    await aborted(stop);
    await builder.close();
  } finally {
    await door.close();
  }
}

async function tell(
  owner: string,
  error: FederationError | null,
  state: PolicyState,
  output: Output,
): Promise<void> {
  if (error === null) {
    const latest = await state.latest(owner).catch(() => null);
    output.message(`${owner}: version ${latest?.version ?? '?'} is kept\n`);
    return;
  }
  const hint = error.hint === undefined ? '' : `; ${error.hint}`;
  output.message(`${owner}: refused, ${error.code}: ${error.message}${hint}\n`);
}
