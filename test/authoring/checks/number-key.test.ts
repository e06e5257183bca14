import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { needsOpa } from '../opa.ts';
import { checkPsi, restricting } from './found.ts';

const DATA = JSON.stringify({
  panfed: { facility: { psi: { levels: { '5': true }, order: ['a'], deep: { x: { '1': true } } } } },
});
const own = 'data.panfed.facility.psi';

/** The body of `usable`, one line; and the key that is found in it, with what follows. */
const bodies: readonly (readonly [what: string, body: string, found: string | null])[] = [
  ['a field that is a number', `${own}.levels[input.record.size]`, 'input.record.size]'],
  ['a number', `${own}.levels[5]`, '5]'],
  ['what a built-in gives', `${own}.levels[count(input.record.groups)]`, 'count(input.record.groups)]'],
  ['a variable', `size := input.record.size; ${own}.levels[size]`, 'size]'],
  ['a member of a list', `some size in [4, 5]; ${own}.levels[size]`, 'size]'],
  ['a key below a variable', `some key; ${own}.deep[key][1]`, '1]'],
  ['what is denied', `not ${own}.levels[input.record.size]`, 'input.record.size]'],
  ['a text as index', `${own}.order["0"] == "a"`, '"0"] == "a"'],
  ['a text as key', `${own}.levels["5"]`, null],
  ['a template as key', `${own}.levels[$"{input.record.size}"]`, null],
  ['a number as index', `${own}.order[0] == "a"`, null],
  ['a field that is a text', `${own}.levels[input.record.title]`, null],
  ['an object of the body', 'levels := {5: true}; levels[input.record.size]', null],
];

describe('number-key', needsOpa, () => {
  // number-key
  for (const [what, body, key] of bodies) {
    test(`${key === null ? 'passes over' : 'finds'} ${what}`, async (context) => {
      const rules = restricting(`default usable := false\n\nusable if {\n\t${body}\n}`);
      const { problems, warnings } = await checkPsi(context, rules, DATA);
      assert.deepEqual(problems, []);
      const found = warnings.filter(({ check }) => check === 'number-key');
      const at = found.map(({ line, column }) => [line, body.slice((column ?? 0) - 2)]);
      assert.deepEqual(at, key === null ? [] : [[8, key]]);
    });
  }

  test('finds one below an import', async (context) => {
    const rules = restricting(
      `import ${own}.levels as limits\n\ndefault usable := false\n\nusable if limits[5]`,
    );
    const text = rules.split('\n\n');
    const imported = [text[1], text[0], ...text.slice(2)].join('\n\n');
    const { warnings } = await checkPsi(context, imported, DATA);
    assert.deepEqual(
      warnings.map(({ check, line }) => `${check} ${line}`),
      ['number-key 9'],
    );
  });
});
