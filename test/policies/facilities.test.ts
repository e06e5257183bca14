// What must hold of any facility's rules; asked of the committed modules.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { ACTIONS, type Decision } from '../../src/model/decision.ts';
import fc, { runs } from '../support/fast-check.ts';
import { arbitraryInput, losses } from './inputs.ts';
import { assertWellFormed, committedModule } from './module.ts';

const ids = readdirSync(new URL('../../policies/facilities', import.meta.url));

test('three facilities have a policy of their own', () => {
  assert.deepEqual(ids.sort(), ['desy', 'elettra', 'esrf']);
});

for (const id of ids) {
  const module = await committedModule(id);

  describe(`${id}’s policy`, () => {
    test('gives a well-formed decision, whatever was lost of the input, and gains nothing by it', () => {
      fc.assert(
        fc.property(arbitraryInput(id), (input) => {
          const had = module(input) as Decision;
          assertWellFormed(had, 'a total input');
          for (const { after, what } of losses(input)) {
            const has = module(after) as Decision;
            assertWellFormed(has, what);
            for (const action of ACTIONS)
              assert.ok(had[action] || !has[action], `${action} gained by ${what}`);
          }
        }),
        { numRuns: runs(20) },
      );
    });

    test('restricts some and not all', () => {
      const decisions = fc.sample(arbitraryInput(id), 300).map((input) => module(input) as Decision);
      const free = decisions.filter(({ execute }) => execute).length;
      assert.ok(free > 10 && free < 290, `${free} of 300`);
    });
  });
}
