// What is kept of judging compute resources, and for how long.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANONYMOUS } from '../../../src/model/subject.ts';
import { RESOURCE_ENTRYPOINT } from '../../../src/policy/bundle/manifest.ts';
import { ResourceJudge, type ResourceJudgeOptions } from '../../../src/policy/decisions/resources.ts';
import type { PolicyModule } from '../../../src/policy/wasm/module.ts';
import { cluster } from '../../support/compute.ts';

const ALLOWED = '{"visible":true,"use":true,"reasons":[]}';

test('a resource that could not be judged in time is hidden, and judged again after a minute', async () => {
  let now = 0;
  let batches = 0;
  const pool = {
    ...{ threads: 1, deadline: 1_000 },
    evaluate: async () =>
      ++batches === 1
        ? { endedAt: 0, detail: 'slow' }
        : { jsons: [ALLOWED], answers: Int32Array.of(0), failures: [], spent: 1 },
  };
  const judge = new ResourceJudge(
    { more: [RESOURCE_ENTRYPOINT], owner: 'federation', revision: '1' } as unknown as PolicyModule,
    {
      ...{ pool, names: new Map(), clock: { monotonic: () => now } },
      ...{ counters: { evaluated: () => {} }, failures: { add: () => {} } },
    } as unknown as ResourceJudgeOptions,
  );
  const resources = [cluster()];
  const seen = async () => (await judge.judge(resources, ANONYMOUS.subject)).length;
  assert.equal(await seen(), 0);
  now = 59_999;
  assert.deepEqual([await seen(), batches], [0, 1]);
  now = 60_000;
  assert.deepEqual(await Promise.all([seen(), seen()]), [1, 1]);
  now = 1e9;
  assert.deepEqual([await seen(), batches], [1, 2]);
});
