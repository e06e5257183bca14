// Image.explain: who is told why a policy decides as it does, and of what.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ANONYMOUS, type Caller } from '../../src/model/subject.ts';
import type { LocalPolicyEngine } from '../../src/policy/create-engine.ts';
import fc, { runs } from '../support/fast-check.ts';
import { arbitraryRecords, digestOf, imageRecord } from '../support/records.ts';
import { arbitrarySubject, subject } from '../support/subjects.ts';
import { callerOf, createWorld, testEngine, type WorldRegistry } from '../support/world.ts';

const EXPLAIN = `query ($id: ID!, $at: ID) { image(id: $id) {
  explain(at: $at) {
    policy revision input access { discover pull execute reasons { code action policy } }
    nearest { action steps { field anyOf text } }
  }
} }`;

interface Explained {
  readonly policy: string;
  readonly revision: string | null;
  readonly input: string;
  readonly access: { readonly pull: boolean; readonly reasons: readonly { readonly code: string }[] };
  readonly nearest: readonly {
    readonly action: string;
    readonly steps: readonly { readonly text: string }[];
  }[];
}

const of = (caller: Caller, ...roles: string[]): Caller => ({ ...caller, roles });
const person = callerOf(subject({ sites: ['esrf'] }), 'Ada Person');
const visitor = callerOf(subject());

const own = imageRecord({ digest: digestOf(1) });
const foreign = imageRecord({ facility: 'desy', digest: digestOf(2), suppliedBy: 'user' });
const psi = imageRecord({ facility: 'psi', digest: digestOf(3) });
const hidden = imageRecord({ digest: digestOf(4), sharing: 'none' });

const REGISTRIES: readonly WorldRegistry[] = [
  { facility: 'esrf', registry: 'main', records: [own, hidden] },
  { facility: 'desy', registry: 'main', records: [foreign] },
  { facility: 'psi', registry: 'main', records: [psi] },
];

describe('Image.explain', () => {
  let engine: LocalPolicyEngine;
  let ask: Awaited<ReturnType<typeof createWorld>>['ask'];
  before(async () => {
    engine = await testEngine();
    ask = (await createWorld(REGISTRIES, engine)).ask;
  });
  after(() => engine.close());

  async function explain(id: string, caller: Caller, at: string | null = null) {
    const answer = JSON.parse(await ask(EXPLAIN, { id, at }, caller)) as {
      readonly data?: { readonly image: { readonly explain: readonly Explained[] | null } | null } | null;
      readonly errors: readonly { readonly extensions: { readonly code: string } }[];
    };
    return { image: answer.data?.image, explained: answer.data?.image?.explain, errors: answer.errors };
  }

  test('shows the admin every module that judges the image', async () => {
    const admin = of(visitor, 'admin');
    const policies = async (id: string) => (await explain(id, admin)).explained?.map(({ policy }) => policy);
    assert.deepEqual(await policies(own.id), ['federation', 'esrf']);
    assert.deepEqual(await policies(foreign.id), ['federation', 'desy']);
    assert.deepEqual(await policies(psi.id), ['federation']);
  });

  test('shows the revision, the decision with its reasons, and the nearest change', async () => {
    const [federation, desy] = (await explain(foreign.id, of(visitor, 'admin'), 'esrf')).explained ?? [];
    assert.equal(federation?.revision, engine.modules()[0]?.revision);
    assert.equal(federation?.nearest.length, 0);
    assert.deepEqual(
      desy?.access.reasons.map(({ code }) => code),
      ['DESY_IDENTITY_REQUIRED'],
    );
    assert.deepEqual(
      desy?.nearest.map(({ action, steps }) => [action, ...steps.map(({ text }) => text)]).at(-1),
      ['EXECUTE', 'be a member of desy'],
    );
  });

  test('shows an author the own facility’s images, by its own module only', async () => {
    const author = of(person, 'author:esrf');
    assert.deepEqual(
      (await explain(own.id, author)).explained?.map(({ policy }) => policy),
      ['esrf'],
    );
    assert.deepEqual((await explain(psi.id, of(person, 'author:psi'))).explained, []);
  });

  test('is null for an author of another facility, for others, and for who has not signed in', async () => {
    for (const caller of [
      of(person, 'author:esrf'),
      of(person, 'author:'),
      of(person, 'author:desyx'),
      of(person, 'administrator'),
      person,
      visitor,
      ANONYMOUS,
    ]) {
      const { image, explained, errors } = await explain(foreign.id, caller);
      assert.ok(image, 'everyone may discover it');
      assert.equal(explained, null);
      assert.deepEqual(errors, []);
    }
  });

  test('does not reveal an image that its author or the admin may not discover', async () => {
    assert.equal((await explain(hidden.id, of(visitor, 'author:esrf'))).image, null);
    assert.equal((await explain(hidden.id, of(visitor, 'admin'))).image, null);
    assert.ok((await explain(hidden.id, of(person, 'author:esrf'))).explained, 'a member may');
  });

  test('shows which facts about the caller the module was given, and neither sub nor name', async () => {
    const answer = await ask(EXPLAIN, { id: own.id }, of(person, 'admin'));
    assert.doesNotMatch(answer, /Ada Person/);
    const { explained } = await explain(own.id, of(person, 'admin'));
    assert.deepEqual(JSON.parse(explained?.[1]?.input ?? ''), {
      record: { sharing: 'open', stated: { sharing: 'open' } },
      subject: { academic: null, sites: ['esrf'] },
      request: {},
    });
  });

  test('refuses a place that there is not, from those who may know', async () => {
    const { errors } = await explain(own.id, of(visitor, 'admin'), 'nowhere');
    assert.deepEqual(
      errors.map(({ extensions }) => extensions.code),
      ['BAD_CHOICE'],
    );
    assert.deepEqual((await explain(own.id, visitor, 'nowhere')).errors, []);
  });

  test('does not depend on what is hidden from the caller', async () => {
    const seen = { images: 0, hidden: 0 };
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
          const visible = new Set<string>();
          for (const { id } of [...esrf, ...elettra]) {
            const answer = JSON.parse(
              await whole.ask('query ($id: ID!) { image(id: $id) { id } }', { id }, caller),
            );
            if (answer.data.image !== null) visible.add(id);
          }
          const reduced = await createWorld(
            registries.map((one) => ({ ...one, records: one.records.filter(({ id }) => visible.has(id)) })),
            engine,
          );
          for (const { id } of [...esrf, ...elettra].slice(0, 4)) {
            const answer = await whole.ask(EXPLAIN, { id }, caller);
            assert.equal(answer, await reduced.ask(EXPLAIN, { id }, caller));
            seen[visible.has(id) ? 'images' : 'hidden'] += 1;
          }
        },
      ),
      { numRuns: runs(8) },
    );
    assert.ok(seen.images > 0 && seen.hidden > 0, JSON.stringify(seen));
  });
});
