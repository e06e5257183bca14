import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FederationError } from '../../../src/model/errors.ts';
import { ANONYMOUS } from '../../../src/model/subject.ts';
import type { PolicySet } from '../../../src/policy/activation/policy-set.ts';
import { type Warming, warm } from '../../../src/policy/activation/warm.ts';
import type { MatchQuestion } from '../../../src/policy/engine.ts';
import { snapshotOf } from '../../support/policies.ts';
import { imageRecord } from '../../support/records.ts';
import { subject } from '../../support/subjects.ts';

const QUESTION: MatchQuestion = { field: 'frameworks', choice: ['relion'], values: ['relion'] };
const ASKERS = Array.from({ length: 9 }, (_, index) => subject({ groups: [`group ${index}`] }));

/** A policy set that records what it is asked to prepare, and behaves as the test says. */
function lineupOf(does: (what: string) => Promise<void>) {
  const prepared: string[] = [];
  const prepare = async (what: string) => {
    await does(what);
    prepared.push(what);
  };
  const policySet = {
    load: () => prepare('data'),
    prepare: ({ registry }: { registry: string }) => prepare(registry),
    match: ({ choice }: MatchQuestion) => prepare(choice.join()),
    warm: (_: unknown, { groups }: { groups: readonly string[] }) => prepare(groups.join()),
  };
  return { policySet: policySet as unknown as PolicySet, prepared };
}

const warmingOf = (warming: Partial<Warming>) =>
  ({
    snapshots: ['one', 'other'].map((registry) => snapshotOf([imageRecord()], { registry })),
    questions: [QUESTION],
    subjects: [ANONYMOUS.subject, ...ASKERS].map((projection) => ({ subject: projection, at: null })),
    concurrency: 2,
    signal: new AbortController().signal,
    ...warming,
  }) as Warming;

describe('warming', () => {
  test('prepares the snapshots, the choices and the subjects, and is done when all are', async () => {
    const { policySet, prepared } = lineupOf(async () => {});
    await warm(policySet, warmingOf({}));
    assert.deepEqual(prepared.slice(0, 4), ['data', 'one', 'other', 'relion']);
    assert.equal(prepared.length, 14);
  });

  test('prepares all others if one fails, and is not done before', async () => {
    for (const failing of ['data', 'one', 'relion', '', 'group 0', 'group 5']) {
      const { policySet, prepared } = lineupOf(async (what) => {
        if (what === failing) throw new FederationError('NOT_READY', 'too many are waiting');
      });
      await warm(policySet, warmingOf({}));
      assert.equal(prepared.length, 13, failing);
      assert.ok(!prepared.includes(failing));
    }
  });

  test('begins nothing more when its time is over, and does not wait for what hangs', async () => {
    const ending = new AbortController();
    const begun: string[] = [];
    const { policySet } = lineupOf(async (what) => {
      begun.push(what);
      if (what === 'group 2') ending.abort();
      if (what.startsWith('group')) await new Promise(() => {});
    });
    await warm(policySet, warmingOf({ concurrency: 3, signal: ending.signal }));
    assert.ok(begun.includes('group 2'));
    assert.ok(!begun.includes('group 3'));
  });
});
