// Decisions that many are told take their bytes once, and those of one asker alone are that asker's.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { bytesOfDecision, SharedDecisions } from '../../src/policy/shared-decisions.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

const json = (code: string) =>
  JSON.stringify({
    discover: true,
    pull: false,
    execute: false,
    reasons: [{ code, action: 'pull', params: {} }],
  });

const [one, other] = [Symbol('one'), Symbol('other')];

describe('shared decisions', () => {
  test('are the same object for the same JSON', () => {
    const shared = new SharedDecisions();
    assert.equal(shared.of(json('A'), one), shared.of(json('A'), other));
    assert.notEqual(shared.of(json('A'), one), shared.of(json('B'), one));
  });

  test('are no decision where the JSON is none', () => {
    const shared = new SharedDecisions();
    assert.equal(shared.of('{"discover":true}', one), null);
    assert.equal(shared.size, 0);
  });

  test('are the one holder’s to answer for until another has them', () => {
    const shared = new SharedDecisions();
    const decision = shared.of(json('A'), one);
    assert.ok(decision);
    shared.of(json('A'), one);
    const alone = bytesOfDecision(decision);
    shared.of(json('A'), other);
    assert.ok(alone > json('A').length, 'as much as its text, and more');
    assert.ok(bytesOfDecision(decision) < alone);
    assert.ok(bytesOfDecision(decision) > 0);
  });

  test('are gone when nobody has them any more', async () => {
    const shared = new SharedDecisions();
    const kept = shared.of(json('KEPT'), one);
    for (let number = 0; number < 1_000; number += 1) shared.of(json(`CODE_${number}`), one);
    // A finalization registry is told some time after the garbage was collected.
    while (shared.size > 1) {
      collect();
      await setImmediate();
    }
    assert.equal(shared.of(json('KEPT'), one), kept);
  });
});
