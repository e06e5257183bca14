// Verdicts of real modules: who may do what, which module judges what, and that no answer comes from another's decision.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Snapshot } from '../../src/catalog/snapshot.ts';
import type { VisibleImage } from '../../src/policy/engine.ts';
import { bundleFolder, countingCounters, OPA, snapshotOf, testEngine } from '../support/policies.ts';
import { needs } from '../support/real.ts';
import { imageRecord } from '../support/records.ts';
import { place, subject } from '../support/subjects.ts';

const FEDERATION = {
  rego: `
import rego.v1

default may := false

may if input.record.sharing == "open"

may if {
	some group in input.record.groups
	group in input.subject.groups
}

default here := false

here if {
	may
	input.request.at.facility == "esrf"
}

decision := {"discover": may, "pull": may, "execute": here, "reasons": reasons}

reasons contains {"code": "AT_REQUIRED", "action": "execute", "params": {}} if not here

reasons contains {"code": "GROUP_REQUIRED", "action": action, "params": {"groups": input.record.groups}} if {
	not may
	some action in ["discover", "pull"]
}
`,
  reads: [
    ['record', 'sharing'],
    ['record', 'groups'],
    ['subject', 'groups'],
    ['request', 'at', 'facility'],
  ],
  reasons: { AT_REQUIRED: { message: 'Say where.', remedy: null } },
};

const ESRF = {
  rego: `
import rego.v1

default staff := false

staff if input.record.suppliedBy == "staff"

decision := {"discover": true, "pull": staff, "execute": staff, "reasons": [reason | not staff; reason := {"code": "STAFF_ONLY", "action": "pull", "params": {}}]}
`,
  reads: [['record', 'suppliedBy']],
  reasons: { STAFF_ONLY: { message: 'Images of users stay here.', remedy: 'Ask a beamline scientist.' } },
};

const nobody = subject();
const indexes = (words: Uint32Array) =>
  Array.from({ length: 32 * words.length }, (_, i) => i).filter((i) => (words[i >>> 5]! >>> (i & 31)) & 1);

describe('the policy engine', needs('opa', OPA), () => {
  let folder: Awaited<ReturnType<typeof bundleFolder>>;
  before(async () => {
    folder = await bundleFolder();
    await folder.compile('federation', FEDERATION);
    await folder.compile('esrf', ESRF);
  });
  after(() => folder[Symbol.asyncDispose]());
  const engineOf = (options: Partial<Parameters<typeof testEngine>[0]> = {}) =>
    testEngine({ folder: folder.path, facilities: ['esrf'], ...options });

  test('joins the federation’s and the facility’s decision by and', async () => {
    await using engine = await engineOf();
    const records = [
      imageRecord({ suppliedBy: 'staff' }),
      imageRecord({ suppliedBy: 'user' }),
      imageRecord({ suppliedBy: 'staff', sharing: 'none' }),
    ];
    const snapshot = snapshotOf(records);
    const verdict = await engine.decide([snapshot], nobody, place());
    assert.deepEqual(indexes(verdict.bits(snapshot, 'discover')), [0, 1]);
    assert.deepEqual(indexes(verdict.bits(snapshot, 'pull')), [0]);
    assert.deepEqual(indexes(verdict.bits(snapshot, 'execute')), [0]);
    assert.equal(verdict.visibleCount(snapshot), 2);
  });

  test('asks a facility’s module of that facility’s records alone', async () => {
    const { counters, evaluated } = countingCounters();
    await using engine = await engineOf({ counters });
    const desy = snapshotOf([imageRecord({ facility: 'desy', suppliedBy: 'user' })]);
    const verdict = await engine.decide([desy], nobody, null);
    assert.deepEqual(indexes(verdict.bits(desy, 'pull')), [0]);
    assert.deepEqual(evaluated, [{ owner: 'federation', inputs: 1 }]);
  });

  test('reveals what may be discovered, and nothing else', async () => {
    await using engine = await engineOf();
    const records = [imageRecord(), imageRecord({ sharing: 'none' })];
    const snapshot = snapshotOf(records);
    const verdict = await engine.decide([snapshot], nobody, null);
    assert.equal(verdict.reveal(snapshot, 0), records[0]);
    for (const index of [1, 2, 31, 32, -1, 0.5]) assert.equal(verdict.reveal(snapshot, index), null);
  });

  test('gives the reasons, in the words of the policy that denies', async () => {
    await using engine = await engineOf();
    const snapshot = snapshotOf([imageRecord({ suppliedBy: 'user' })]);
    const verdict = await engine.decide([snapshot], nobody, null);
    const image = verdict.reveal(snapshot, 0);
    assert(image !== null);
    assert.deepEqual(verdict.access(image), {
      discover: true,
      pull: false,
      execute: false,
      reasons: [
        {
          code: 'STAFF_ONLY',
          action: 'pull',
          message: 'Images of users stay here.',
          remedy: 'Ask a beamline scientist.',
          policy: 'esrf',
        },
        { code: 'AT_REQUIRED', action: 'execute', message: 'Say where.', remedy: null, policy: 'federation' },
      ],
    });
  });

  test('gives the reasons of two facilities that decide the same, each in its own words', async () => {
    const words = (name: string) => ({
      STAFF_ONLY: { message: `Images of ${name}.`, remedy: `Ask ${name}.` },
    });
    await folder.compile('desy', { ...ESRF, reasons: words('DESY') });
    await folder.compile('psi', { ...ESRF, reasons: words('PSI') });
    await using engine = await engineOf({ facilities: ['desy', 'psi'] });
    const snapshots = ['desy', 'psi'].map((facility) =>
      snapshotOf([imageRecord({ facility, suppliedBy: 'user' })]),
    );
    const verdict = await engine.decide(snapshots, nobody, null);
    const told = snapshots.map((snapshot) => {
      const image = verdict.reveal(snapshot, 0);
      assert(image !== null);
      const { policy, message, remedy } = verdict.access(image).reasons[0] ?? {};
      return { policy, message, remedy };
    });
    assert.deepEqual(told, [
      { policy: 'desy', message: 'Images of DESY.', remedy: 'Ask DESY.' },
      { policy: 'psi', message: 'Images of PSI.', remedy: 'Ask PSI.' },
    ]);
  });

  test('gives the access to an image that another verdict revealed, at its own place', async () => {
    await using engine = await engineOf();
    const records = [imageRecord({ repository: 'a', sharing: 'none' }), imageRecord({ repository: 'b' })];
    const snapshot = snapshotOf(records);
    const image = (await engine.decide([snapshot], nobody, null)).reveal(snapshot, 1);
    assert(image !== null);
    const there = await engine.decide([snapshot], nobody, place());
    assert.deepEqual(there.access(image), { discover: true, pull: true, execute: true, reasons: [] });
    // Its index in a later snapshot has changed.
    const later = snapshotOf(records.toReversed());
    assert.equal((await engine.decide([later], nobody, place())).access(image).execute, true);
    const without = snapshotOf([records[0]!]);
    assert.equal((await engine.decide([without], nobody, place())).access(image).discover, false);
  });

  test('never answers for a place from a decision for another', async () => {
    await using engine = await engineOf();
    const snapshot = snapshotOf([imageRecord()]);
    const executable = async (at: Parameters<typeof engine.decide>[2]) =>
      indexes((await engine.decide([snapshot], nobody, at)).bits(snapshot, 'execute')).length;
    for (let turn = 0; turn < 3; turn++) {
      assert.equal(await executable(place()), 1);
      assert.equal(await executable(place({ facility: 'desy' })), 0);
      assert.equal(await executable(null), 0);
    }
    assert.deepEqual(
      await Promise.all([place(), null, place({ facility: 'desy' }), place()].map(executable)),
      [1, 0, 0, 1],
    );
  });

  test('never answers a person from another’s decision', async () => {
    await using engine = await engineOf();
    const snapshot = snapshotOf([imageRecord({ sharing: 'none', groups: ['g'] })]);
    const member = subject({ groups: ['g'] });
    const counts = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const verdict = await engine.decide([snapshot], i % 2 === 0 ? member : nobody, null);
        return verdict.visibleCount(snapshot);
      }),
    );
    assert.deepEqual(
      counts,
      Array.from({ length: 20 }, (_, i) => 1 - (i % 2)),
    );
  });

  test('evaluates once for those who ask the same at the same time, and for those who are of one class', async () => {
    const { counters, evaluated } = countingCounters();
    await using engine = await engineOf({ counters });
    const snapshot = snapshotOf([imageRecord({ facility: 'desy' })]);
    await Promise.all(Array.from({ length: 10 }, () => engine.decide([snapshot], nobody, null)));
    await engine.decide([snapshot], subject({ issuer: 'https://other.example', academic: true }), null);
    assert.deepEqual(evaluated, [{ owner: 'federation', inputs: 1 }]);
  });

  test('evaluates of a changed snapshot only what is new, and leaves the others alone', async () => {
    const { counters, evaluated } = countingCounters();
    await using engine = await engineOf({ counters });
    const records = ['a', 'b', 'c'].map((group) => imageRecord({ facility: 'desy', groups: [group] }));
    const other = snapshotOf([imageRecord({ facility: 'psi', groups: ['p'] })]);
    await engine.decide([snapshotOf(records), other], nobody, null);
    assert.equal(
      evaluated.reduce((sum, { inputs }) => sum + inputs, 0),
      4,
    );
    evaluated.length = 0;
    const changed = snapshotOf([...records.slice(1), imageRecord({ facility: 'desy', groups: ['d'] })]);
    await engine.decide([changed, other], nobody, null);
    assert.deepEqual(evaluated, [{ owner: 'federation', inputs: 1 }]);
  });

  test('answers a small question while a large one is under way', async () => {
    await using engine = await engineOf({ threads: 1 });
    const records = Array.from({ length: 20_000 }, (_, i) =>
      imageRecord({ facility: 'desy', groups: [`g${i}`] }),
    );
    const [large, small] = [snapshotOf(records), snapshotOf([imageRecord({ facility: 'psi' })])];
    await engine.prepare(large);
    const order: string[] = [];
    await Promise.all([
      engine.decide([large], nobody, null).then(() => order.push('large')),
      engine.decide([small], nobody, null).then(() => order.push('small')),
    ]);
    assert.deepEqual(order, ['small', 'large']);
  });

  test('gives the same verdict while nothing changed, and another one for other snapshots', async () => {
    await using engine = await engineOf();
    const [one, other] = [snapshotOf([imageRecord()]), snapshotOf([imageRecord()])];
    const verdict = await engine.decide([one], nobody, null);
    assert.equal(await engine.decide([one], { ...nobody }, null), verdict);
    const later = await engine.decide([one, other], nobody, null);
    assert.notEqual(later, verdict);
    assert.deepEqual(later.snapshots, [one, other]);
    assert.throws(() => verdict.bits(other, 'discover'), RangeError);
  });

  test('answers for no snapshots and for empty ones', async () => {
    await using engine = await engineOf();
    assert.deepEqual((await engine.decide([], nobody, null)).snapshots, []);
    const empty = snapshotOf([]);
    const verdict = await engine.decide([empty], nobody, null);
    assert.equal(verdict.visibleCount(empty), 0);
    assert.equal(verdict.reveal(empty, 0), null);
  });

  test('takes text that is not well-formed Unicode', async () => {
    const { counters, failed } = countingCounters();
    await using engine = await engineOf({ counters });
    const snapshot = snapshotOf([imageRecord({ facility: 'desy', groups: ['\ud800'] })]);
    const verdict = await engine.decide([snapshot], subject({ groups: ['a\udfff'] }), null);
    assert.equal(verdict.visibleCount(snapshot), 1);
    assert.deepEqual(failed, []);
  });

  test('refuses what is asked once it is closed, and does not say no for it', async () => {
    const engine = await engineOf();
    await engine.close();
    await assert.rejects(engine.decide([snapshotOf([imageRecord()])], nobody, null), { code: 'NOT_READY' });
  });

  describe('whose module of a facility does not load', () => {
    const failing = async () => {
      await folder.write('desy', new TextEncoder().encode('not a bundle'));
      return engineOf({ facilities: ['esrf', 'desy'] });
    };

    test('denies that facility’s records to everyone, and nobody else’s', async () => {
      await using engine = await failing();
      const desy = snapshotOf([imageRecord({ facility: 'desy' })]);
      const esrf = snapshotOf([imageRecord()]);
      const psi = snapshotOf([imageRecord({ facility: 'psi' })]);
      const member = subject({ sites: ['desy'], groups: ['urn:geant:desy.de:group:staff'] });
      const verdict = await engine.decide([desy, esrf, psi], member, place());
      assert.deepEqual(
        [desy, esrf, psi].map((snapshot) => verdict.visibleCount(snapshot)),
        [0, 1, 1],
      );
      assert.equal(verdict.reveal(desy, 0), null);
      const { reasons } = verdict.access(desy.records[0] as VisibleImage);
      assert(reasons.some(({ code, policy }) => code === 'POLICY_FAILED' && policy === 'panfed'));
    });

    test('says so', async () => {
      await using engine = await failing();
      assert.equal(engine.facility('desy')?.status, 'FAILED');
      assert.equal(engine.facility('desy')?.revision, null);
      assert.equal(engine.facility('esrf')?.status, 'ACTIVE');
      assert.match(engine.facility('esrf')?.revision ?? '', /^sha256:/);
      assert.equal(engine.facility('psi'), null);
      assert.equal(engine.facility('federation'), null);
    });
  });

  describe('whose federation’s module does not load', () => {
    test('denies everything, and says so', async () => {
      await using other = await bundleFolder();
      await other.compile('esrf', ESRF);
      await using engine = await testEngine({ folder: other.path, facilities: ['esrf'] });
      const snapshots: Snapshot[] = [
        snapshotOf([imageRecord()]),
        snapshotOf([imageRecord({ facility: 'psi' })]),
      ];
      const verdict = await engine.decide(snapshots, nobody, place());
      for (const snapshot of snapshots) {
        assert.equal(verdict.visibleCount(snapshot), 0);
        assert.deepEqual(indexes(verdict.bits(snapshot, 'discover')), []);
      }
      assert.deepEqual(
        engine.modules().map(({ owner, status }) => [owner, status]),
        [
          ['federation', 'FAILED'],
          ['preference', 'FAILED'],
          ['esrf', 'ACTIVE'],
        ],
      );
    });
  });
});
