import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { expand } from '../../src/config/expand.ts';
import fc from '../support/fast-check.ts';

describe('expand', () => {
  const env = { NAME: 'esrf', EMPTY: '', NESTED: `\${NAME}` };
  const cases: [text: string, expanded: string][] = [
    [`\${NAME}`, 'esrf'],
    [`https://\${NAME}.eu/\${NAME}`, 'https://esrf.eu/esrf'],
    [`\${MISSING:-default}`, 'default'],
    [`\${EMPTY:-default}`, 'default'],
    [`\${EMPTY}`, ''],
    [`\${MISSING:-}`, ''],
    [`\${NESTED}`, `\${NAME}`],
    [`$\${NAME}`, `\${NAME}`],
    ['$NAME costs 5$', '$NAME costs 5$'],
  ];
  for (const [text, expanded] of cases) {
    test(`${text} becomes ${JSON.stringify(expanded)}`, () => {
      assert.deepEqual(expand(text, env), { text: expanded, failures: [] });
    });
  }

  for (const text of [`\${MISSING}`, `\${1X}`, '${', `\${}`, `\${A-b}`]) {
    test(`${text} is one failure, and stays as it is`, () => {
      const expansion = expand(text, env);
      assert.equal(expansion.text, text);
      assert.equal(expansion.failures.length, 1);
    });
  }

  test('text without a dollar sign is never changed', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.includes('$')),
        (text) => {
          assert.deepEqual(expand(text, env), { text, failures: [] });
        },
      ),
    );
  });
});
