import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseExact } from '../../../src/policy/wasm/exact-json.ts';
import fc from '../../support/fast-check.ts';

const digits = (text: string) => `digits ${text}`;

describe('exact JSON', () => {
  const numbers: readonly (readonly [string, unknown])[] = [
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', 'digits 9007199254740993'],
    ['-36893488147419103232', 'digits -36893488147419103232'],
    ['1e+21', 'digits 1000000000000000000000'],
    ['1.5e21', 'digits 1500000000000000000000'],
    ['1e3', 1000],
    ['0.30000000000000004', 0.30000000000000004],
    ['1.23e-20', 1.23e-20],
    ['"12345678901234567890"', '12345678901234567890'],
  ];
  for (const [text, value] of numbers) {
    test(`reads ${text}`, () => assert.deepEqual(parseExact(`[${text}]`, digits), [value]));
  }

  test('treats no key as a prototype', () => {
    const value = parseExact('{"__proto__": 12345678901234567890}', digits) as object;
    assert.ok(Object.hasOwn(value, '__proto__'));
  });

  test('is JSON.parse if nothing is rounded', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const json = JSON.stringify(value);
        assert.deepEqual(
          parseExact(json, (text) => Number(text)),
          JSON.parse(json),
        );
      }),
    );
  });
});
