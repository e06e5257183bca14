// Whose data are accepted, if the budget is not enough for all.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DataBudget } from '../../../src/policy/wasm/data-budget.ts';
import type { PolicyModule } from '../../../src/policy/wasm/module.ts';

const PAGE = 65_536;

/** One that needs so many pages in each worker, and no more. */
const moduleOf = (owner: string, pages: number) =>
  ({
    owner,
    compiled: { data: { json: new SharedArrayBuffer(0), pages } },
  }) as unknown as PolicyModule;

function without(pages: number, coming: readonly PolicyModule[], present: readonly PolicyModule[] = []) {
  const budget = new DataBudget(pages * PAGE, 2, present);
  const refused = budget.allocate(coming.map((module) => ({ module, path: module.owner })));
  return [...refused].map(([{ owner }, { code, at }]) => [owner, code, at]);
}

describe('the budget for the data of policies', () => {
  test('is counted in each worker', () => {
    assert.deepEqual(without(20, [moduleOf('esrf', 10)]), []);
    assert.deepEqual(without(19, [moduleOf('esrf', 10)]), [['esrf', 'POLICY_INVALID', 'esrf']]);
  });

  test('is given to whoever needs least first, so that no lab takes that of others at a start', () => {
    const labs = [moduleOf('alba', 9), moduleOf('esrf', 1), moduleOf('psi', 2)];
    assert.deepEqual(without(20, labs), [['alba', 'POLICY_INVALID', 'alba']]);
  });

  test('is given to the federation’s own before any lab’s', () => {
    const all = [moduleOf('esrf', 1), moduleOf('federation', 10)];
    assert.deepEqual(without(20, all), [['esrf', 'POLICY_INVALID', 'esrf']]);
  });

  test('is used first by those in force', () => {
    const present = [moduleOf('psi', 9)];
    assert.deepEqual(without(20, [moduleOf('esrf', 2)], present), [['esrf', 'POLICY_INVALID', 'esrf']]);
    assert.deepEqual(without(20, [moduleOf('esrf', 1)], present), []);
  });

  test('is not needed by a module without data, even if none is left', () => {
    const none = { owner: 'esrf', compiled: { data: null } } as unknown as PolicyModule;
    assert.deepEqual(without(0, [none], [moduleOf('psi', 1)]), []);
  });
});
