// Modules that read the time: what one bucket decided is shared within it, and is never an answer after it.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Snapshot } from '../../../src/catalog/snapshot.ts';
import { SYSTEM_CLOCK } from '../../../src/model/clock.ts';
import { BUCKETS, requestTime } from '../../../src/policy/decisions/time.ts';
import type { Policies, Verdict } from '../../../src/policy/engine.ts';
import { decidedBatch, type EntryContext, usesBatch } from '../../../src/policy/log/entry.ts';
import type { DecisionLog } from '../../../src/policy/log/log.ts';
import fc, { runs } from '../../support/fast-check.ts';
import { bundleFolder, countingCounters, OPA, snapshotOf, testEngine } from '../../support/policies.ts';
import { needs } from '../../support/real.ts';
import { imageRecord } from '../../support/records.ts';
import { subject } from '../../support/subjects.ts';

const HOUR = 3_600_000;
const FEDERATION = { rego: 'decision := {"discover": true, "pull": true, "execute": true, "reasons": []}' };
/** Says the time that it was given, in the params of a reason. */
const TELLING = {
  rego: `decision := {"discover": true, "pull": false, "execute": false, "reasons": [
	{"code": "AT", "action": "pull", "params": {"start": input.request.time.start}}
]}`,
  reads: [['request', 'time', 'start']],
  reasons: { AT: { message: '{start}', remedy: null } },
};
const MIDNIGHT = Date.UTC(2026, 10, 21);
const esrf = snapshotOf([imageRecord(), imageRecord({ facility: 'esrf', suppliedBy: 'user' })]);
const desy = snapshotOf([imageRecord({ facility: 'desy' })]);
const nobody = subject();

describe('modules that read the time', needs('opa', OPA), () => {
  let folder: Awaited<ReturnType<typeof bundleFolder>>;
  before(async () => {
    folder = await bundleFolder();
    await folder.compile('federation', FEDERATION);
    await folder.compile('esrf', { ...TELLING, time: { bucket: BUCKETS['1h'] } });
    await folder.compile('desy', { ...TELLING, time: { bucket: BUCKETS['1d'] } });
    await folder.compile('psi', { rego: FEDERATION.rego });
  });
  after(() => folder[Symbol.asyncDispose]());

  /** An engine at a time that a test sets. */
  async function timedEngine(now: number) {
    const clock = { now };
    const counting = countingCounters();
    const engine = await testEngine({
      folder: folder.path,
      facilities: ['esrf', 'desy', 'psi'],
      counters: counting.counters,
      clock: { ...SYSTEM_CLOCK, wall: () => clock.now },
    });
    return { clock, engine, ...counting, [Symbol.asyncDispose]: () => engine.close() };
  }

  const told = (verdict: Verdict, snapshot: Snapshot) => {
    const image = verdict.reveal(snapshot, 0);
    assert(image !== null);
    return verdict.access(image).reasons.find(({ code }) => code === 'AT')?.message;
  };

  test('decide once a bucket, and anew when it ends', async () => {
    await using timed = await timedEngine(MIDNIGHT);
    const { clock, engine, evaluated } = timed;
    const first = await engine.decide([esrf], nobody, null);
    clock.now += HOUR - 1;
    assert.equal(await engine.decide([esrf], nobody, null), first);
    assert.equal(told(first, esrf), '2026-11-21T00:00:00Z');
    const before = evaluated.length;
    clock.now += 1;
    const next = await engine.decide([esrf], nobody, null);
    assert.notEqual(next, first);
    assert.equal(told(next, esrf), '2026-11-21T01:00:00Z');
    // The federation's module reads no time, and is not asked again.
    assert.deepEqual(evaluated.slice(before), [{ owner: 'esrf', inputs: 1 }]);
  });

  test('have one time for the whole of a request, though it goes on into the next bucket', async () => {
    await using timed = await timedEngine(MIDNIGHT + HOUR - 1);
    const { clock, engine } = timed;
    const request = engine.inForce();
    clock.now += 1;
    const other = await engine.decide([esrf, desy], nobody, null);
    assert.equal(told(other, esrf), '2026-11-21T01:00:00Z');
    const verdict = await request.decide([esrf, desy], nobody, null);
    assert.equal(told(verdict, esrf), '2026-11-21T00:00:00Z');
    assert.equal(told(verdict, desy), '2026-11-21T00:00:00Z');
    const image = verdict.reveal(esrf, 0);
    assert(image !== null);
    const [explained] = await request.explain(image, nobody, null, 'esrf');
    assert.deepEqual(JSON.parse(explained?.input ?? '').request, { time: { start: '2026-11-21T00:00:00Z' } });
  });

  test('do not make others’ verdicts anew: a facility that reads no time keeps its own', async () => {
    await using timed = await timedEngine(MIDNIGHT);
    const { clock, engine, evaluated } = timed;
    const psi = snapshotOf([imageRecord({ facility: 'psi' })]);
    await engine.decide([psi], nobody, null);
    const before = evaluated.length;
    clock.now += 48 * HOUR;
    await engine.decide([psi], nobody, null);
    assert.equal(evaluated.length, before);
  });

  test('leave nothing of buckets that are over: what is kept does not grow with time', async () => {
    await using timed = await timedEngine(MIDNIGHT);
    const { clock, engine } = timed;
    const ask = () => engine.decide([esrf], nobody, null);
    await ask();
    clock.now += HOUR;
    await ask();
    const { decisions, verdicts } = engine.bytes();
    for (let hour = 0; hour < 50; hour++) {
      clock.now += HOUR;
      await ask();
    }
    assert.deepEqual(engine.bytes(), { ...engine.bytes(), decisions, verdicts });
  });

  test('have the time that they were given in the decision log', async () => {
    const federation = `decision := {"discover": true, "pull": input.request.time.weekday != "", "execute": false, "reasons": []}`;
    await using own = await bundleFolder();
    await own.compile('federation', {
      rego: federation,
      reads: [['request', 'time', 'weekday']],
      time: { bucket: BUCKETS['1d'] },
    });
    await own.compile('esrf', { ...TELLING, time: { bucket: BUCKETS['1h'] } });
    const context: EntryContext = { labels: {}, mask: (entry) => entry, clock: { wall: () => MIDNIGHT } };
    const entries: { readonly path: string; readonly input: { readonly request: unknown } }[] = [];
    const decisionLog: DecisionLog = {
      decided: (classes) => entries.push(JSON.parse(decidedBatch(classes, context).entry(0))),
      used: (_, tell) =>
        entries.push(
          JSON.parse(usesBatch([{ judged: tell(), since: MIDNIGHT, count: 1 }], context).entry(0)),
        ),
    };
    const clock = { ...SYSTEM_CLOCK, wall: () => MIDNIGHT + 5.5 * HOUR };
    await using engine = await testEngine({ folder: own.path, facilities: ['esrf'], decisionLog, clock });
    await engine.decide([esrf], nobody, null);
    const requests = new Map(entries.map(({ path, input }) => [path, input.request]));
    assert.deepEqual(requests.get('panfed/federation/decision'), { time: { weekday: 'saturday' } });
    assert.deepEqual(requests.get('panfed/facility/esrf/decision'), {
      time: { start: '2026-11-21T05:00:00Z' },
    });
    assert.deepEqual(requests.get('panfed/verdict'), {
      time: { weekday: 'saturday', start: '2026-11-21T05:00:00Z' },
    });
  });

  test('answer every request by its own bucket, in whatever order requests begin and ask', async () => {
    const step = fc.record({
      passes: fc.integer({ min: 0, max: 2 * HOUR }),
      asks: fc.nat({ max: 7 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        await using timed = await timedEngine(MIDNIGHT + 22 * HOUR);
        const { clock, engine } = timed;
        const begun: { readonly policies: Policies; readonly time: number }[] = [];
        for (const { passes, asks } of steps) {
          clock.now += passes;
          begun.push({ policies: engine.inForce(), time: clock.now });
          const request = begun[asks % begun.length];
          assert(request !== undefined);
          const verdict = await request.policies.decide([esrf, desy], nobody, null);
          assert.equal(told(verdict, esrf), requestTime(request.time, BUCKETS['1h']).start);
          assert.equal(told(verdict, desy), requestTime(request.time, BUCKETS['1d']).start);
        }
      }),
      { numRuns: runs(15) },
    );
  });
});
