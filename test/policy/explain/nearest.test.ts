// The search itself, over what a test says modules would allow: how much it tries, when it ends, and that it does so
// in turns with other work.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Action } from '../../../src/model/decision.ts';
import type { Circumstances } from '../../../src/policy/explain/case.ts';
import type { Change } from '../../../src/policy/explain/changes.ts';
import { nearestWays } from '../../../src/policy/explain/nearest.ts';
import type { Trial } from '../../../src/policy/explain/trial.ts';
import { subject } from '../../support/subjects.ts';

const NOW = { subject: subject(), at: null } as unknown as Circumstances;

/** A change for each name, which puts the person in a group of it. */
const changesOf = (count: number): readonly Change[] =>
  Array.from({ length: count }, (_, index) => ({
    field: 'subject.groups',
    value: `group ${index}`,
    apply: (to) => ({
      ...to,
      subject: { ...to.subject, groups: [...to.subject.groups, `group ${index}`].sort() },
    }),
  }));

interface TrialOptions {
  /** What is allowed with these groups. */
  readonly allowed?: (groups: readonly string[]) => boolean;
  /** What modules see of the groups. */
  readonly seen?: (groups: readonly string[]) => string;
  /** Circumstances after which no time is left. */
  readonly lasts?: number;
  /** Milliseconds that looking at some circumstances takes. */
  readonly cost?: number;
}

function trialOf({ allowed = () => false, seen = String, lasts = 1e9, cost = 0 }: TrialOptions) {
  const counted = { lookedAt: 0, judged: 0 };
  const trial: Trial = {
    given({ subject: { groups } }) {
      counted.lookedAt += 1;
      for (const until = performance.now() + cost; performance.now() < until; );
      return { key: seen(groups), inputs: [{ key: seen(groups), json: JSON.stringify(groups) }] };
    },
    async allowed(all) {
      counted.judged += all.length;
      return all.map(({ inputs: [input] }) => {
        const groups = JSON.parse(input?.json ?? '[]') as string[];
        return new Set<Action>(allowed(groups) ? ['pull'] : []);
      });
    },
    spent: () => counted.lookedAt >= lasts,
  };
  return { trial, counted };
}

const both = (groups: readonly string[]) => ['group 3', 'group 7'].every((group) => groups.includes(group));

describe('the search for the nearest change', () => {
  test('yields to other work, however much there is to try', async () => {
    const { trial, counted } = trialOf({ cost: 1 });
    let turns = 0;
    let searching = true;
    const other = () => {
      turns += 1;
      if (searching) setImmediate(other);
    };
    setImmediate(other);
    assert.deepEqual(await nearestWays(trial, NOW, ['pull'], changesOf(24)), []);
    searching = false;
    // Each of at least a millisecond, some of them in one turn.
    assert.equal(counted.lookedAt, 1 + 24 + (24 * 23) / 2);
    assert.ok(turns > counted.lookedAt / 10, `${turns} turns`);
  });

  test('looks at no more pairs than it may, whether or not a module distinguishes them', async () => {
    const apart = trialOf({});
    await nearestWays(apart.trial, NOW, ['pull'], changesOf(200));
    assert.equal(apart.counted.judged, 200 + 768);
    assert.ok(apart.counted.lookedAt < 2_000);
    const alike = trialOf({ seen: (groups) => (groups.length > 1 ? 'some' : String(groups)) });
    await nearestWays(alike.trial, NOW, ['pull'], changesOf(200));
    assert.equal(alike.counted.judged, 200 + 1);
    assert.ok(alike.counted.lookedAt < 5_000);
  });

  test('makes no pairs with changes that no module distinguishes from the present', async () => {
    const told = (groups: readonly string[]) => groups.filter((group) => /^group [37]$/.test(group)).join();
    const { trial, counted } = trialOf({ seen: told, allowed: both });
    const [way] = await nearestWays(trial, NOW, ['pull'], changesOf(100));
    assert.deepEqual(
      way?.steps.map(({ anyOf }) => anyOf),
      [['group 3'], ['group 7']],
    );
    assert.deepEqual(counted, { lookedAt: 1 + 100 + 1, judged: 3 });
  });

  test('ends when its time does, with what it found', async () => {
    const single = (groups: readonly string[]) => groups.includes('group 3') || groups.includes('group 150');
    const { trial, counted } = trialOf({ lasts: 140, allowed: single });
    const ways = await nearestWays(trial, NOW, ['pull', 'execute'], changesOf(200));
    assert.equal(counted.lookedAt, 140);
    assert.deepEqual(
      ways.map(({ action, steps }) => [action, steps[0]?.anyOf]),
      [['pull', ['group 3']]],
    );
  });

  test('makes no pairs where the time was not enough for all single changes', async () => {
    const { trial, counted } = trialOf({ lasts: 150, allowed: both });
    assert.deepEqual(await nearestWays(trial, NOW, ['pull'], changesOf(200)), []);
    assert.equal(counted.judged, 128);
  });
});
