// Image.record: who is told what policies read of an image, and of which.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ANONYMOUS, type Caller } from '../../src/model/subject.ts';
import type { LocalPolicyEngine } from '../../src/policy/create-engine.ts';
import { recordInput } from '../../src/policy/decisions/input.ts';
import fc, { runs } from '../support/fast-check.ts';
import { arbitraryRecords, digestOf, imageRecord } from '../support/records.ts';
import { arbitrarySubject, subject } from '../support/subjects.ts';
import { callerOf, createWorld, testEngine, type WorldRegistry } from '../support/world.ts';

const RECORD = 'query ($id: ID!) { image(id: $id) { record } }';
const ALL = '{ images(first: 100) { totalCount nodes { id record } } }';

const of = (caller: Caller, ...roles: string[]): Caller => ({ ...caller, roles });
const person = callerOf(subject({ sites: ['esrf'] }), 'Ada Person');
const visitor = callerOf(subject());

const own = imageRecord({ digest: digestOf(1), labels: { one: '1' }, stated: { sharing: 'open' } });
const foreign = imageRecord({ facility: 'desy', digest: digestOf(2) });
const hidden = imageRecord({ digest: digestOf(4), sharing: 'none' });

const REGISTRIES: readonly WorldRegistry[] = [
  { facility: 'esrf', registry: 'main', records: [own, hidden] },
  { facility: 'desy', registry: 'main', records: [foreign] },
];

describe('Image.record', () => {
  let engine: LocalPolicyEngine;
  let ask: Awaited<ReturnType<typeof createWorld>>['ask'];
  before(async () => {
    engine = await testEngine();
    ask = (await createWorld(REGISTRIES, engine)).ask;
  });
  after(() => engine.close());

  async function recordOf(id: string, caller: Caller): Promise<string | null | undefined> {
    const { data, errors } = JSON.parse(await ask(RECORD, { id }, caller));
    assert.deepEqual(errors, []);
    return data.image === null ? undefined : data.image.record;
  }

  test('shows the admin all that policies may read of any image', async () => {
    for (const image of [own, foreign]) {
      assert.equal(await recordOf(image.id, of(visitor, 'admin')), JSON.stringify(recordInput(image)));
    }
  });

  test('shows an author the own facility’s images', async () => {
    const author = of(visitor, 'author:esrf');
    assert.equal(await recordOf(own.id, author), JSON.stringify(recordInput(own)));
    assert.equal(await recordOf(foreign.id, author), null);
  });

  test('is null for others, and for who has not signed in', async () => {
    for (const caller of [
      of(person, 'author:desy'),
      of(person, 'author:'),
      of(person, 'author:esrfx'),
      of(person, 'administrator'),
      person,
      visitor,
      ANONYMOUS,
    ]) {
      assert.equal(await recordOf(own.id, caller), null);
    }
  });

  test('does not reveal an image that its author or the admin may not discover', async () => {
    assert.equal(await recordOf(hidden.id, of(visitor, 'author:esrf')), undefined);
    assert.equal(await recordOf(hidden.id, of(visitor, 'admin')), undefined);
    assert.ok(await recordOf(hidden.id, of(person, 'author:esrf')), 'a member may');
  });

  test('does not depend on what is hidden from the caller', async () => {
    const seen = { told: 0, hidden: 0 };
    await fc.assert(
      fc.asyncProperty(
        arbitraryRecords('esrf', 'main'),
        arbitraryRecords('elettra', 'main'),
        arbitrarySubject(),
        fc.constantFrom('admin', 'author:esrf', 'author:elettra'),
        async (esrf, elettra, who, role) => {
          const caller = { ...of(callerOf(who), role), subject: who };
          const registries = [
            { facility: 'esrf', registry: 'main', records: esrf },
            { facility: 'elettra', registry: 'main', records: elettra },
          ];
          const whole = await createWorld(registries, engine);
          const answer = await whole.ask(ALL, {}, caller);
          const nodes: { id: string; record: string | null }[] = JSON.parse(answer).data.images.nodes;
          const visible = new Set(nodes.map(({ id }) => id));
          const reduced = await createWorld(
            registries.map((one) => ({ ...one, records: one.records.filter(({ id }) => visible.has(id)) })),
            engine,
          );
          assert.equal(answer, await reduced.ask(ALL, {}, caller));
          seen.told += nodes.filter(({ record }) => record !== null).length;
          seen.hidden += esrf.length + elettra.length - visible.size;
        },
      ),
      { numRuns: runs(8) },
    );
    assert.ok(seen.told > 0 && seen.hidden > 0, JSON.stringify(seen));
  });
});
