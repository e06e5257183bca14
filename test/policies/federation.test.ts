// What must hold of the federation's rules over any record, subject and place; asked of the committed module.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ACTIONS, type Decision } from '../../src/model/decision.ts';
import { readBundle } from '../../src/policy/bundle/read.ts';
import fc, { runs } from '../support/fast-check.ts';
import { arbitraryInput, arbitraryPlace, losses, type PolicyInput } from './inputs.ts';
import { assertWellFormed, committedModule } from './module.ts';

const module = await committedModule('federation');
const decide = (input: PolicyInput) => module(input) as Decision;

test('losing a value of record or subject never turns a no into a yes, once or twice', () => {
  fc.assert(
    fc.property(arbitraryInput(), fc.nat(), (input, seed) => {
      for (const { before, after, what } of losses(input)) assertNoMore(before, after, what);
      const [once] = pick(losses(input), seed);
      for (const { before, after, what } of pick(losses(once!.after), seed, 24)) {
        assertNoMore(before, after, `${once?.what}, then ${what}`);
      }
    }),
    { numRuns: runs(40) },
  );
});

function assertNoMore(before: PolicyInput, after: PolicyInput, what: string): void {
  const [had, has] = [decide(before), decide(after)];
  assertWellFormed(has, what);
  for (const action of ACTIONS) assert.ok(had[action] || !has[action], `${action} was gained by ${what}`);
}

/** Some of a list, spread over it by a number that fast-check can shrink. */
function pick<T>(list: readonly T[], seed: number, count = 1): T[] {
  const step = Math.max(1, Math.floor(list.length / count));
  return Array.from(
    { length: Math.min(count, list.length) },
    (_, index) => list[(seed + index * step) % list.length]!,
  );
}

test('a decision is well-formed: execute ⇒ pull ⇒ discover, and a denied action has a reason', () => {
  fc.assert(
    fc.property(arbitraryInput(), (input) => assertWellFormed(decide(input), 'a total input')),
    { numRuns: runs(200) },
  );
});

test('the same facts give the same answer, reasons in one order', () => {
  fc.assert(
    fc.property(arbitraryInput(), (input) => {
      const once = JSON.stringify(decide(input));
      decide({ ...input, record: {} });
      assert.equal(JSON.stringify(decide(input)), once);
      const order = decide(input).reasons.map(({ action, code }) => `${ACTIONS.indexOf(action)} ${code}`);
      assert.deepEqual(order, [...order].sort());
    }),
    { numRuns: runs(150) },
  );
});

test('the place decides of execute alone', () => {
  fc.assert(
    fc.property(arbitraryInput(), arbitraryPlace(), (input, at) => {
      const [here, there] = [decide(input), decide({ ...input, request: { at: at as never } })];
      assert.deepEqual([here.discover, here.pull], [there.discover, there.pull]);
    }),
    { numRuns: runs(150) },
  );
});

test('the random inputs are of all kinds: each action is allowed to some and denied to others', () => {
  const decisions = fc.sample(arbitraryInput(), 1_000).map(decide);
  for (const action of ACTIONS) {
    const allowed = decisions.filter((decision) => decision[action]).length;
    assert.ok(allowed > 2 && allowed < 998, `${action}: ${allowed} of 1000`);
  }
});

test('every reason that is given has a text, whose placeholders its params fill', async () => {
  const path = fileURLToPath(new URL('../../policies/bundle/federation.tar.gz', import.meta.url));
  const { reasons } = await readBundle(path, 'federation');
  fc.assert(
    fc.property(arbitraryInput(), (input) => {
      for (const { code, params } of decide(input).reasons) {
        const text = reasons[code];
        assert.ok(text, code);
        for (const [, name] of `${text.message} ${text.remedy ?? ''}`.matchAll(/\{(\w+)\}/g)) {
          assert.ok(Object.hasOwn(params, name!), `${code} lacks ${name}`);
        }
      }
    }),
    { numRuns: runs(150) },
  );
});
