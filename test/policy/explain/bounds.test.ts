// What explaining may cost: no search for a policy that fails, no waiting without end for a worker, few at once.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ANONYMOUS } from '../../../src/model/subject.ts';
import type { VisibleImage } from '../../../src/policy/engine.ts';
import { loadModule } from '../../../src/policy/wasm/module.ts';
import { WorkerPool } from '../../../src/policy/wasm/pool.ts';
import { bundleFolder, countingCounters, OPA, testEngine } from '../../support/policies.ts';
import { needs } from '../../support/real.ts';
import { imageRecord } from '../../support/records.ts';

const rego = `
import rego.v1

decision := {"discover": true, "pull": input.subject.academic == true, "execute": false, "reasons": []} if {
	input.record.title == "fine"
}

# Looking for 400,001 characters in 800,000, in the naive way: minutes.
decision := {"discover": true, "pull": true, "execute": true, "reasons": []} if {
	input.record.title == "endless"
	hay := concat("", ["aaaaaaaaaaaaaaaaaaaa" | some x in numbers.range(1, 40000)])
	not contains(hay, concat("", [substring(hay, 0, count(hay) / 2), "b"]))
}
`;

const titled = (title: string) => imageRecord({ title }) as VisibleImage;

describe('explaining', needs('opa', OPA), () => {
  let folder: Awaited<ReturnType<typeof bundleFolder>>;
  before(async () => {
    folder = await bundleFolder();
    await folder.compile('federation', {
      rego,
      reads: [
        ['record', 'title'],
        ['subject', 'academic'],
      ],
    });
  });
  after(() => folder[Symbol.asyncDispose]());

  test('counts what it evaluates, which no question asked for', async () => {
    const { counters, explained, evaluated } = countingCounters();
    await using engine = await testEngine({ folder: folder.path, counters });
    const [one] = await engine.explain(titled('fine'), ANONYMOUS.subject, null);
    assert.equal(one?.nearest.find(({ action }) => action === 'pull')?.steps.at(-1)?.text, 'academic: true');
    assert.ok(explained.every(({ owner }) => owner === 'federation'));
    // The decision, and the two other things that one can be.
    assert.equal(
      explained.reduce((sum, { inputs }) => sum + inputs, 0),
      3,
    );
    assert.deepEqual(evaluated, []);
  });

  test('searches for nothing where the policy itself failed', async () => {
    const { counters, explained } = countingCounters();
    await using engine = await testEngine({ folder: folder.path, counters });
    const [one] = await engine.explain(titled('undefined'), ANONYMOUS.subject, null);
    assert.equal(one?.access.reasons[0]?.code, 'POLICY_FAILED');
    assert.deepEqual(one?.nearest, []);
    assert.deepEqual(explained, [{ owner: 'federation', inputs: 1 }]);
  });

  test('refuses what is more than may wait, and explains the rest', async () => {
    await using engine = await testEngine({ folder: folder.path });
    const all = await Promise.allSettled(
      Array.from({ length: 600 }, () => engine.explain(titled('undefined'), ANONYMOUS.subject, null)),
    );
    const refused = all.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
    assert.deepEqual(refused, Array(600 - 512).fill('NOT_READY'));
  });

  test('gives another principal the next turn, and none to one that has left', async () => {
    await using engine = await testEngine({ folder: folder.path });
    const order: string[] = [];
    const leaving = new AbortController();
    const explain = async (principal: string, signal = new AbortController().signal) => {
      await engine.explain(titled('undefined'), ANONYMOUS.subject, null, undefined, { principal, signal });
      order.push(principal);
    };
    const many = Array.from({ length: 20 }, () => explain('many'));
    const left = assert.rejects(explain('left', leaving.signal), /left/);
    leaving.abort(new Error('left'));
    await explain('few');
    assert.ok(order.indexOf('few') < 4, order.join());
    await Promise.all([...many, left]);
  });

  test('gives up on a worker that is not free in time, and not on one that works', async () => {
    const pool = new WorkerPool({ deadline: 600_000, threads: 1 });
    const { compiled: module } = await loadModule(pool, `${folder.path}/federation.tar.gz`, 'federation');
    const task = { module, before: '{"record":{"title":"', after: '"}}', maximum: 1_000, patience: 1_000 };
    const result = await pool.evaluateWithin(600_000, { ...task, inputs: ['fine'] });
    assert.ok(result !== null && 'answers' in result);
    const busy = assert.rejects(pool.evaluate({ ...task, inputs: ['endless'] }), { code: 'NOT_READY' });
    assert.equal(await pool.evaluateWithin(20, { ...task, inputs: ['fine'] }), null);
    await pool.close();
    await busy;
  });
});
