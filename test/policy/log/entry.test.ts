// The format of entries: OPA's, from what the modules that come with panfed decide for real.

import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { decisionLogSchema } from '../../../src/config/decision-log.ts';
import { SYSTEM_CLOCK } from '../../../src/model/clock.ts';
import type { ImageRecord } from '../../../src/model/image.ts';
import type { Place, Subject } from '../../../src/model/subject.ts';
import { decidedBatch, type EntryContext, usesBatch, VERDICT_PATH } from '../../../src/policy/log/entry.ts';
import type { DecidedClasses, DecisionLog, JudgedSnapshot } from '../../../src/policy/log/log.ts';
import { createMask } from '../../../src/policy/log/mask.ts';
import { Uses } from '../../../src/policy/log/uses.ts';
import type { PolicyModule } from '../../../src/policy/wasm/module.ts';
import fc, { runs } from '../../support/fast-check.ts';
import { snapshotOf, testEngine } from '../../support/policies.ts';
import { arbitraryRecord, imageRecord } from '../../support/records.ts';
import { arbitraryPlace, arbitrarySubject, place, subject } from '../../support/subjects.ts';

const BUNDLES = fileURLToPath(new URL('../../../policies/bundle', import.meta.url));
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

interface Entry {
  readonly decision_id: string;
  readonly batch_decision_id?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly bundles: Readonly<Record<string, { readonly revision?: string }>>;
  readonly path: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly result: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: string; readonly message: string };
  readonly erased?: readonly string[];
  readonly timestamp: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly custom?: { readonly since: string };
}

/** An engine with a log whose entries can be read as they are written. */
async function loggedEngine(context: TestContext, { erase = [] as string[] } = {}) {
  const entries: string[] = [];
  const how: EntryContext = {
    labels: { app: 'panfed' },
    mask: createMask({ ...decisionLogSchema.parse({ file: { path: 'x' }, erase }) }),
    clock: { wall: () => NOW },
  };
  const uses = new Uses(how.clock, (told) => keep(usesBatch(told, how)));
  const keep = ({ size, entry }: ReturnType<typeof usesBatch>) => {
    for (let index = 0; index < size; index++) entries.push(entry(index));
  };
  const decisionLog: DecisionLog = {
    decided: (classes) => keep(decidedBatch(classes, how)),
    used: (verdict, tell) => uses.add(verdict, tell),
  };
  const engine = await testEngine({ folder: BUNDLES, facilities: ['esrf'], decisionLog });
  context.after(() => engine.close());
  return {
    /** The entries of one question. */
    async ask(
      records: readonly ImageRecord[],
      projection: Subject,
      at: Place | null,
      times = 1,
    ): Promise<Entry[]> {
      entries.length = 0;
      const snapshots = [snapshotOf(records, { facility: 'esrf' })];
      for (let time = 0; time < times; time++) await engine.decide(snapshots, projection, at);
      uses.flush();
      return entries.map((entry) => JSON.parse(entry) as Entry);
    },
    entries,
  };
}

const open = imageRecord({ facility: 'esrf', sharing: 'open', stated: { sharing: 'open' } });
const closed = imageRecord({ facility: 'esrf', sharing: 'none', stated: { sharing: 'none' } });

describe('an entry of a decision', () => {
  test('has the fields of OPA’s decision log', async (context) => {
    const { ask } = await loggedEngine(context);
    const entries = await ask([open, open, closed], subject({ sites: ['psi'] }), place());
    const decided = entries.filter(({ path }) => path === 'panfed/federation/decision');
    assert.equal(decided.length, 2, 'one for each class, not for each record');
    for (const { decision_id, timestamp, labels, bundles, metrics, ...entry } of decided) {
      assert.match(decision_id, UUID);
      assert.match(entry.batch_decision_id ?? '', UUID);
      assert.equal(timestamp, '2026-01-02T03:04:05.678Z');
      assert.deepEqual(labels, { app: 'panfed' });
      assert.deepEqual(Object.keys(bundles), ['federation']);
      assert.match(bundles.federation?.revision ?? '', /^sha256:[0-9a-f]{64}$/);
      assert.equal(metrics.counter_panfed_batch_classes, 2);
      assert.ok((metrics.timer_panfed_batch_ns ?? 0) > 0);
      assert.deepEqual(Object.keys(entry).sort(), ['batch_decision_id', 'input', 'path', 'result']);
      assert.deepEqual(Object.keys(entry.input), ['record', 'subject', 'request']);
      assert.deepEqual(Object.keys(entry.result).sort(), ['discover', 'execute', 'pull', 'reasons']);
    }
    assert.notEqual(decided[0]?.decision_id, decided[1]?.decision_id);
    assert.equal(decided[0]?.batch_decision_id, decided[1]?.batch_decision_id);
    assert.deepEqual(decided.map(({ result }) => result.discover).sort(), [false, true]);
  });

  test('is made once, however often its decision is used', async (context) => {
    const { ask } = await loggedEngine(context);
    const decided = (entries: readonly Entry[]) => entries.filter(({ path }) => path !== VERDICT_PATH);
    assert.ok(decided(await ask([open], subject(), null)).length > 0);
    assert.equal(decided(await ask([open], subject(), null)).length, 0);
  });

  test('says that there is no decision, and that it denies', () => {
    const classes: DecidedClasses = {
      module: { owner: 'esrf', revision: 'sha256:0', compiled: { entrypoint: 'x' } } as PolicyModule,
      projection: { subject: '{}', request: '{}' },
      records: ['{"a":1}'],
      answers: [{ failure: 'threw', detail: 'what it threw is for the other log' }],
      milliseconds: 1,
    };
    const mask = createMask({ erase: [], replace: [] });
    const text = decidedBatch(classes, { labels: {}, mask, clock: { wall: () => NOW } }).entry(0);
    const { error, result } = JSON.parse(text) as Entry;
    assert.deepEqual(error, { code: 'POLICY_FAILED', message: 'threw' });
    assert.deepEqual([result.discover, result.pull, result.execute], [false, false, false]);
    assert.doesNotMatch(text, /other log/);
  });
});

describe('an entry of uses', () => {
  test('counts how often a verdict was asked for, and what it allows', async (context) => {
    const { ask } = await loggedEngine(context);
    const entries = await ask([open, open, closed], subject({ academic: true }), place(), 3);
    const [used, ...more] = entries.filter(({ path }) => path === VERDICT_PATH);
    assert.equal(more.length, 0);
    assert.equal(used?.metrics.counter_panfed_uses, 3);
    assert.deepEqual(used?.custom, { since: '2026-01-02T03:04:05.678Z' });
    assert.deepEqual(Object.keys(used?.bundles ?? {}), ['federation', 'esrf']);
    const {
      subject: projection,
      request,
      ...of
    } = (used?.input ?? {}) as { subject?: object; request?: object };
    assert.deepEqual(of, { facility: 'esrf', registry: 'main', generation: null });
    // What both modules read: the federation's of groups and sites, ESRF's of what is academic.
    assert.deepEqual(projection, { academic: true, authenticated: true, groups: [], sites: [] });
    assert.deepEqual(request, { at: { allowsUnverified: false, facility: 'esrf', licenseServers: [] } });
    assert.equal(used?.result.records, 3);
    assert.equal(used?.result.discover, 2);
  });

  test('logs null as null: the value is unknown, not unread', async (context) => {
    const { ask } = await loggedEngine(context);
    const entries = await ask([open], subject({ academic: null }), null);
    const [used] = entries.filter(({ path }) => path === VERDICT_PATH);
    const { subject: projection, request } = (used?.input ?? {}) as { subject?: object; request?: object };
    assert.deepEqual(projection, { academic: null, authenticated: true, groups: [], sites: [] });
    assert.deepEqual(request, { at: null });
  });

  test('is written before it takes too many bytes, and counted anew after that', () => {
    const groups = JSON.stringify({ groups: ['g'.repeat(50_000)] });
    const judged = (projection: string) =>
      ({
        ...{ facility: 'esrf', registry: 'main', generation: null },
        ...{ records: 0, discover: 0, pull: 0, execute: 0 },
        modules: [{ owner: 'federation', judged: { revision: 'r', subject: projection, request: '{}' } }],
      }) as unknown as JudgedSnapshot;
    for (const [text, most] of [
      ['{}', 2_000],
      [groups, 21],
    ] as const) {
      const told: number[] = [];
      const uses = new Uses(SYSTEM_CLOCK, (some) => told.push(some.length));
      const verdicts = Array.from({ length: 3_000 }, () => ({}));
      for (const verdict of verdicts) uses.add(verdict, () => judged(text));
      uses.flush();
      uses.flush();
      assert.ok(Math.max(...told) <= most, `${Math.max(...told)} at once`);
      assert.equal(
        told.reduce((sum, count) => sum + count),
        3_000,
      );
      uses.add(verdicts[0] as object, () => judged(text));
      uses.flush();
      assert.equal(told.at(-1), 1);
    }
  });
});

describe('the subject', () => {
  test('is in entries only by what the modules read: no sub, no name, whatever a subject carries', async (context) => {
    const { ask, entries } = await loggedEngine(context);
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitraryRecord(), { minLength: 1, maxLength: 4 }),
        arbitrarySubject(),
        arbitraryPlace(),
        async (records, projection, at) => {
          const carried = {
            ...projection,
            sub: 'SECRET-SUB',
            name: 'SECRET-NAME',
            principal: 'SECRET-PRINCIPAL',
          };
          const unread = { ...carried, affiliations: ['SECRET@unread'], assurance: ['SECRET-UNREAD'] };
          const own = records.map((record) => ({ ...record, facility: 'esrf' }));
          const told = await ask(own, unread, at);
          assert.ok(told.length > 0);
          assert.doesNotMatch(entries.join('\n'), /SECRET/);
        },
      ),
      { numRuns: runs(50) },
    );
  });

  test('is logged without groups if these are erased, in every kind of entry', async (context) => {
    const { ask, entries } = await loggedEngine(context, { erase: ['/input/subject/groups'] });
    const told = await ask([open], subject({ groups: ['urn:geant:esrf.eu:group:em'] }), null);
    assert.ok(told.length > 1);
    assert.doesNotMatch(entries.join('\n'), /group:em/);
    const erased = told.filter((entry) => entry.erased?.includes('/input/subject/groups'));
    assert.deepEqual(
      new Set(erased.map(({ path }) => path)),
      new Set(['panfed/federation/decision', VERDICT_PATH]),
    );
  });
});
