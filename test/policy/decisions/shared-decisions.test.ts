// The bytes of shared decisions are counted once, and those of a single holder are that holder's.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { bytesOfDecision, SharedDecisions } from '../../../src/policy/decisions/shared-decisions.ts';

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
const module = { owner: 'esrf' };
const ENOUGH = 1_048_576;

describe('shared decisions', () => {
  test('are the same object for the same JSON', () => {
    const shared = new SharedDecisions(ENOUGH);
    assert.equal(shared.of(json('A'), module, one), shared.of(json('A'), module, other));
    assert.notEqual(shared.of(json('A'), module, one), shared.of(json('B'), module, one));
  });

  test('are never shared by two modules, whose codes have different texts', () => {
    const shared = new SharedDecisions(ENOUGH);
    assert.notEqual(shared.of(json('A'), module, one), shared.of(json('A'), { owner: 'desy' }, one));
  });

  test('are null if the JSON is not a decision', () => {
    const shared = new SharedDecisions(ENOUGH);
    assert.equal(shared.of('{"discover":true}', module, one), null);
    assert.equal(shared.sizeOf(module), 0);
  });

  test('are counted by their one holder until another has them', () => {
    const shared = new SharedDecisions(ENOUGH);
    const decision = shared.of(json('A'), module, one);
    assert.ok(decision);
    shared.of(json('A'), module, one);
    const alone = bytesOfDecision(decision);
    shared.of(json('A'), module, other);
    assert.ok(alone > json('A').length, 'as much as its text, and more');
    assert.ok(bytesOfDecision(decision) < alone);
    assert.ok(bytesOfDecision(decision) > 0);
  });

  test('are counted in full by each holder, if all shared ones would exceed the bound', () => {
    const shared = new SharedDecisions(10 * json('A').length);
    const codes = ['A', 'B'].map((code) => {
      const decision = shared.of(json(code), module, one);
      assert.ok(decision);
      shared.of(json(code), module, other);
      return bytesOfDecision(decision);
    });
    const [first = 0, second = 0] = codes;
    assert.ok(second > json('B').length && first < second);
    assert.ok(shared.bytes > 0 && shared.bytes <= 10 * json('A').length);
  });

  test('are freed when nobody has them any more', async () => {
    const shared = new SharedDecisions(ENOUGH);
    const kept = shared.of(json('KEPT'), module, one);
    for (let number = 0; number < 1_000; number += 1) shared.of(json(`CODE_${number}`), module, one);
    // A finalizer runs some time after the garbage was collected.
    while (shared.sizeOf(module) > 1) {
      collect();
      await setImmediate();
    }
    assert.equal(shared.of(json('KEPT'), module, one), kept);
  });

  test('that were shared take no bytes when they are gone', async () => {
    const shared = new SharedDecisions(ENOUGH);
    for (const holder of [one, other]) shared.of(json('A'), module, holder);
    assert.ok(shared.bytes > 0);
    while (shared.bytes > 0) {
      collect();
      await setImmediate();
    }
  });
});
