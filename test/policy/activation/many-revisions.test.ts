// Hundreds of revisions after one another, a thousand in `npm run test:long`: what was replaced is let go, in the server
// and in its workers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { runs } from '../../support/fast-check.ts';
import { bundleFolder, OPA, snapshotOf, testEngine } from '../../support/policies.ts';
import { needs } from '../../support/real.ts';
import { imageRecord } from '../../support/records.ts';
import { subject } from '../../support/subjects.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

const MEBIBYTE = 1_048_576;
const SWAPS = Math.min(1_000, runs(240));
/** Revisions after which all that is kept on purpose is there. */
const SETTLED = 100;

const deciding = (code: string) => ({
  rego: `decision := {"discover": true, "pull": true, "execute": false, "reasons": [{"code": "${code}", "action": "execute", "params": {}}]}`,
  reads: [
    ['record', 'title'],
    ['subject', 'groups'],
  ],
});

test('many revisions leave no more behind than two', needs('opa', OPA), async () => {
  await using even = await bundleFolder();
  await using odd = await bundleFolder();
  const paths: string[] = [];
  for (const folder of [even, odd]) {
    paths.push(await folder.compile('federation', deciding(folder === even ? 'EVEN' : 'ODD')));
    await folder.compile('preference', {
      rego: 'match := [0]',
      reads: [['field'], ['choice'], ['values']],
    });
  }
  await using engine = await testEngine({ folder: even.path });
  const snapshot = snapshotOf(Array.from({ length: 50 }, (_, i) => imageRecord({ title: `image ${i}` })));
  const people = Array.from({ length: 3 }, (_, i) => subject({ groups: [`g${i}`] }));
  const replaced: WeakRef<object>[] = [];

  const swap = async (turn: number) => {
    const policies = engine.inForce();
    const verdicts = await Promise.all(people.map((who) => policies.decide([snapshot], who, null)));
    // What a policy set itself keeps, and is freed with it.
    replaced.push(new WeakRef(verdicts[0] ?? policies));
    const [done] = await engine.activate([{ owner: 'federation', path: paths[turn % 2]! }]);
    assert.equal(done?.outcome, 'activated');
  };
  /** Shared decisions are counted until their finalizer runs, in a later turn of the event loop. */
  const measured = async () => {
    for (let last = -1, now = engine.bytes().decisions; now !== last; now = engine.bytes().decisions) {
      last = now;
      collect();
      await setTimeout(50);
      collect();
      await setTimeout(50);
    }
    const { heapUsed, rss } = process.memoryUsage();
    return { heapUsed, rss, ...engine.bytes() };
  };

  for (let turn = 1; turn <= SETTLED; turn++) await swap(turn);
  const before = await measured();
  for (let turn = SETTLED + 1; turn <= SWAPS; turn++) await swap(turn);
  const now = await measured();

  const alive = replaced.filter((verdict) => verdict.deref() !== undefined).length;
  assert(alive <= 2, `${alive} of ${SWAPS} verdicts of replaced policies are still there`);
  assert(Math.abs(now.decisions - before.decisions) < 1_024, `${now.decisions}, not ${before.decisions}`);
  assert(Math.abs(now.verdicts - before.verdicts) < 1_024, `${now.verdicts}, not ${before.verdicts}`);
  const heap = (now.heapUsed - before.heapUsed) / MEBIBYTE;
  assert(heap < 4, `${heap} MiB more of heap`);
  const rss = (now.rss - before.rss) / MEBIBYTE;
  assert(rss < 128, `${rss} MiB more of memory`);
});
