// Other policies come into force while the engine runs: for everyone at one instant, after preparation, or not at all.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { FederationError } from '../../../src/model/errors.ts';
import { ANONYMOUS } from '../../../src/model/subject.ts';
import type { Policies } from '../../../src/policy/engine.ts';
import { bundleFolder, countingCounters, OPA, snapshotOf, testEngine } from '../../support/policies.ts';
import { needs } from '../../support/real.ts';
import { imageRecord } from '../../support/records.ts';
import { place, subject } from '../../support/subjects.ts';

const READS = [
  ['record', 'sharing'],
  ['subject', 'groups'],
  ['request', 'at', 'facility'],
];

/** A policy that names the revision by which it decided. */
const revision = (code: string) => ({
  rego: `decision := {"discover": true, "pull": true, "execute": false, "reasons": [{"code": "${code}", "action": "execute", "params": {}}]}`,
  reads: READS,
});
const matches = (index: number) => ({
  rego: `match := [${index}]`,
  reads: [['field'], ['choice'], ['values']],
});
/** Looking for 400,001 characters in 800,000, in the naive way: minutes of WASM. */
const ENDLESS = {
  rego: `import rego.v1

decision := input.record.sharing if {
	hay := concat("", ["aaaaaaaaaaaaaaaaaaaa" | some x in numbers.range(1, 40000)])
	not contains(hay, concat("", [substring(hay, 0, count(hay) / 2), "b"]))
}`,
  reads: READS,
};

const QUESTION = { field: 'facilities' as const, choice: ['esrf'], values: ['desy', 'esrf', 'psi'] };
const person = subject({ groups: ['g'] });
const snapshot = snapshotOf([imageRecord({ facility: 'esrf' })]);

describe('policies that replace others', needs('opa', OPA), () => {
  let old: Awaited<ReturnType<typeof bundleFolder>>;
  let young: Awaited<ReturnType<typeof bundleFolder>>;
  before(async () => {
    old = await bundleFolder();
    young = await bundleFolder();
    await old.compile('federation', revision('OLD'));
    await old.compile('esrf', revision('OLD_ESRF'));
    await old.compile('preference', matches(0));
    await young.compile('federation', revision('YOUNG'));
    await young.compile('esrf', revision('YOUNG_ESRF'));
    await young.compile('preference', matches(1));
    await young.write('broken', new TextEncoder().encode('no bundle'));
  });
  after(async () => {
    await old[Symbol.asyncDispose]();
    await young[Symbol.asyncDispose]();
  });

  const engineOf = (more: Partial<Parameters<typeof testEngine>[0]> = {}) =>
    testEngine({ folder: old.path, facilities: ['esrf'], ...more });
  const change = (owner: string, file = owner) => ({ owner, path: join(young.path, `${file}.tar.gz`) });
  const codes = async (policies: Policies, who = person, at = place()) => {
    const verdict = await policies.decide([snapshot], who, at);
    const { reasons } = verdict.access(verdict.reveal(snapshot, 0)!);
    return [...new Set(reasons.map(({ code }) => code))].sort();
  };

  test('judge every request from then on', async () => {
    await using engine = await engineOf();
    assert.deepEqual(await codes(engine), ['OLD', 'OLD_ESRF']);
    await engine.activate([change('federation'), change('esrf'), change('preference')]);
    assert.deepEqual(await codes(engine), ['YOUNG', 'YOUNG_ESRF']);
    assert.deepEqual(await engine.match(QUESTION), [1]);
  });

  test('leave an earlier request to the policies that it began with', async () => {
    await using engine = await engineOf();
    const captured = engine.inForce();
    await engine.activate([change('federation'), change('esrf'), change('preference')]);
    await engine.activate([{ owner: 'federation', path: join(old.path, 'federation.tar.gz') }]);
    assert.deepEqual(await codes(captured), ['OLD', 'OLD_ESRF']);
    assert.deepEqual(await captured.match(QUESTION), [0]);
    assert.notEqual(captured.facility('esrf')?.revision, engine.facility('esrf')?.revision);
    assert.deepEqual(await codes(engine), ['OLD', 'YOUNG_ESRF']);
  });

  test('report their revision, and one instant for all of them', async () => {
    await using engine = await engineOf();
    const before = engine.modules();
    const done = await engine.activate([change('federation'), change('esrf')]);
    assert.deepEqual(
      done.map(({ owner, outcome, error }) => [owner, outcome, error]),
      [
        ['federation', 'activated', null],
        ['esrf', 'activated', null],
      ],
    );
    const [federation, preference, esrf] = engine.modules();
    assert.equal(federation?.activated, esrf?.activated);
    assert.equal(preference, before[1]);
    assert.notEqual(federation?.revision, before[0]?.revision);
    assert.deepEqual(engine.facility('esrf'), esrf);
    assert.deepEqual(
      done.map(({ status }) => status),
      [federation, esrf],
    );
  });

  test('are refused if they do not load: the policy in force stays, and the refusal is reported', async () => {
    const { counters, refused } = countingCounters();
    await using engine = await engineOf({ counters });
    const [done] = await engine.activate([change('esrf', 'broken')]);
    assert.equal(done?.outcome, 'refused');
    assert.equal(done?.error?.code, 'POLICY_INVALID');
    assert.deepEqual(refused, ['esrf']);
    assert.deepEqual(await codes(engine), ['OLD', 'OLD_ESRF']);
    const { status, refused: told } = engine.facility('esrf')!;
    assert.equal(status, 'ACTIVE');
    assert.match(told?.message ?? '', /not a gzipped tar archive/);
  });

  test('of one owner do not wait until those of another load', async () => {
    await using engine = await engineOf();
    const done = await engine.activate([change('esrf', 'broken'), change('federation')]);
    assert.deepEqual(
      done.map(({ outcome }) => outcome),
      ['refused', 'activated'],
    );
    assert.deepEqual(await codes(engine), ['OLD_ESRF', 'YOUNG']);
  });

  test('are no longer reported as refused once a valid one came', async () => {
    await using engine = await engineOf();
    await engine.activate([change('esrf', 'broken')]);
    const [done] = await engine.activate([{ owner: 'esrf', path: 'esrf.tar.gz' }]);
    assert.equal(done?.outcome, 'unchanged');
    assert.equal(engine.facility('esrf')?.refused, null);
  });

  test('replace what did not load at the start', async () => {
    await using engine = await testEngine({ folder: join(young.path, 'nothing'), facilities: ['esrf'] });
    assert.deepEqual(
      engine.modules().map(({ status, activated }) => [status, activated]),
      Array.from({ length: 3 }, () => ['FAILED', null]),
    );
    await engine.activate([change('federation'), change('esrf'), change('preference')]);
    assert.deepEqual(new Set(engine.modules().map(({ status }) => status)), new Set(['ACTIVE']));
    assert.deepEqual(await codes(engine), ['YOUNG', 'YOUNG_ESRF']);
  });

  test('are refused for an owner without a policy in the configuration', async () => {
    await using engine = await engineOf();
    const [done] = await engine.activate([{ owner: 'desy', path: join(old.path, 'esrf.tar.gz') }]);
    assert.deepEqual([done?.outcome, done?.status], ['refused', null]);
    assert.match(done?.error?.message ?? '', /no policy of "desy" is configured/);
  });

  test('that are asked for meanwhile come together, and the last of one owner counts', async () => {
    await using engine = await engineOf();
    const first = engine.activate([change('federation')]);
    const second = engine.activate([change('esrf', 'broken')]);
    const third = engine.activate([change('esrf')]);
    const outcomes = (await Promise.all([first, second, third])).flat().map(({ outcome }) => outcome);
    assert.deepEqual(outcomes, ['activated', 'activated', 'activated']);
    assert.deepEqual(await codes(engine), ['YOUNG', 'YOUNG_ESRF']);
  });

  test('have judged the recent subjects, and their choices, before they are in force', async () => {
    const { counters, evaluated } = countingCounters();
    await using engine = await engineOf({ counters });
    const people = Array.from({ length: 20 }, (_, i) => subject({ groups: [`g${i}`] }));
    for (const who of [...people, ANONYMOUS.subject]) await codes(engine, who);
    await engine.match(QUESTION);
    await engine.activate([change('federation'), change('esrf'), change('preference')]);
    evaluated.length = 0;
    for (const who of [...people, ANONYMOUS.subject]) {
      assert.deepEqual(await codes(engine, who), ['YOUNG', 'YOUNG_ESRF']);
    }
    assert.deepEqual(await engine.match(QUESTION), [1]);
    assert.deepEqual(evaluated, []);
    await codes(engine, subject({ groups: ['another'] }));
    assert.equal(evaluated.length, 2);
  });

  test('keep what the modules that stayed have decided', async () => {
    const { counters, evaluated } = countingCounters();
    await using engine = await engineOf({ counters });
    await codes(engine);
    evaluated.length = 0;
    await engine.activate([change('esrf')]);
    assert.deepEqual(await codes(engine), ['OLD', 'YOUNG_ESRF']);
    assert.deepEqual(evaluated, [{ owner: 'esrf', inputs: 1 }]);
  });

  test('have the classes of those before them that read the same, and others make their own', async () => {
    await using elsewhere = await bundleFolder();
    const reads = [...READS, ['record', 'listed']];
    await elsewhere.compile('federation', { ...revision('ELSEWHERE'), reads });
    await using engine = await engineOf({ facilities: [] });
    let looked = 0;
    const record = new Proxy(imageRecord({ facility: 'esrf' }), {
      get: (target, name, receiver) => {
        if (name === 'sharing') looked += 1;
        return Reflect.get(target, name, receiver);
      },
    });
    // Held until the end: the engine holds no snapshot by itself.
    const snapshot = snapshotOf([record]);
    await engine.prepare(snapshot);
    const once = looked;
    await engine.activate([change('federation')]);
    assert.deepEqual([once, looked], [1, once]);
    await engine.activate([{ owner: 'federation', path: join(elsewhere.path, 'federation.tar.gz') }]);
    assert.equal(looked, 2 * once);
    assert.equal(snapshot.records.length, 1);
  });

  test('are in force within 5 s even if they never end, and the old ones decide until then', async () => {
    await using folder = await bundleFolder();
    await folder.compile('federation', ENDLESS);
    await using engine = await engineOf({ policyDeadline: 20_000 });
    assert.deepEqual(await codes(engine), ['OLD', 'OLD_ESRF']);
    const begun = performance.now();
    let done = false;
    const activating = engine
      .activate([{ owner: 'federation', path: join(folder.path, 'federation.tar.gz') }])
      .finally(() => {
        done = true;
      });
    const before = engine.modules();
    while (!done) {
      if (engine.modules() === before) assert.deepEqual(await codes(engine), ['OLD', 'OLD_ESRF']);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const [activation] = await activating;
    assert.equal(activation?.outcome, 'activated');
    const took = performance.now() - begun;
    // The endless one takes minutes; how busy this machine is may take seconds.
    assert(took > 3_000 && took < 20_000, `${took} ms`);
  });

  test('know the classes of a snapshot that came while they were prepared', async () => {
    await using folder = await bundleFolder();
    // It has other classes than the one before it.
    await folder.compile('federation', { ...ENDLESS, reads: [...READS, ['record', 'listed']] });
    await using engine = await engineOf({ policyDeadline: 2_000 });
    await codes(engine);
    const before = engine.modules();
    const activating = engine.activate([
      { owner: 'federation', path: join(folder.path, 'federation.tar.gz') },
    ]);
    let done = false;
    void activating.then(() => {
      done = true;
    });
    let reads = 0;
    const oneMore = () =>
      snapshotOf([
        Object.defineProperty(imageRecord({ facility: 'esrf' }), 'sharing', {
          get: () => {
            reads++;
            return 'open';
          },
        }),
      ]);
    let late = oneMore();
    await engine.prepare(late);
    // Until the new one is loaded.
    while (reads === 2 && !done) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      reads = 0;
      late = oneMore();
      await engine.prepare(late);
    }
    assert.equal(engine.modules(), before);
    // Once for the federation's old module, once for its new one, once for the ESRF's.
    assert.equal(reads, 3);
    await activating;
    await engine.prepare(late);
    assert.equal(reads, 3);
  });

  test('do not come once the engine is closed', async () => {
    const engine = await engineOf();
    // Awaited from the start: it may be refused before the engine is closed wholly.
    const refused = assert.rejects(
      engine.activate([change('federation')]),
      (error) => error instanceof FederationError && error.code === 'NOT_READY',
    );
    await engine.close();
    await refused;
    await assert.rejects(
      engine.activate([change('federation')]),
      (error) => error instanceof FederationError && error.code === 'NOT_READY',
    );
  });
});
