// When what replaced modules decided is let go, and that nothing is which comes next.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import pino from 'pino';
import { SYSTEM_CLOCK } from '../../../src/model/clock.ts';
import { PolicyActivation } from '../../../src/policy/activation/activation.ts';
import type { PolicySet } from '../../../src/policy/activation/policy-set.ts';
import { NO_COUNTERS } from '../../../src/policy/decisions/failures.ts';
import type { PolicyModule } from '../../../src/policy/wasm/module.ts';
import { subject } from '../../support/subjects.ts';

const GRACE = 100;

/** A policy set of one module whose preparation takes some time. */
function policySet(key: string): PolicySet {
  const module = { revision: key, compiled: { key } } as PolicyModule;
  return {
    modules: new Map([['federation', module]]),
    keys: [key],
    with: (changed: ReadonlyMap<string, PolicyModule>) =>
      policySet(changed.get('federation')?.revision ?? ''),
    load: async () => {},
    recentQuestions: () => [],
    decide: async () => null,
    warm: () => setTimeout(3 * GRACE),
  } as unknown as PolicySet;
}

test('modules are kept while they are prepared, in force, or those of requests under way, and no longer', async () => {
  const kept: string[] = [];
  const activation = new PolicyActivation({
    first: policySet('1'),
    load: async ({ path }) => ({ revision: path, compiled: { key: path } }) as PolicyModule,
    budgetBeside: () => ({ allocate: () => new Map() }),
    keepOnly: (modules) => kept.push([...modules].join()),
    concurrency: 1,
    grace: GRACE,
    clock: SYSTEM_CLOCK,
    counters: NO_COUNTERS,
    logger: pino({ level: 'silent' }),
  });
  await activation.inForce().decide([], subject(), null);
  await activation.activate([{ owner: 'federation', path: '2' }]);
  // The time of requests under way ends while the next is prepared.
  await activation.activate([{ owner: 'federation', path: '3' }]);
  await setTimeout(2 * GRACE);
  activation.close();
  assert.deepEqual(kept, ['1', '1,2', '1,2', '2,3', '2,3', '2,3', '3']);
});
