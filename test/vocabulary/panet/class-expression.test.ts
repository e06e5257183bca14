import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readClassExpression } from '../../../src/vocabulary/panet/class-expression.ts';

describe('a class expression', () => {
  for (const [expression, parts] of [
    ['electron emission technique', [{ name: 'electron emission technique' }]],
    ["'microscopy'", [{ name: 'microscopy' }]],
    ['PaNET:PaNET01022', [{ name: 'PaNET:PaNET01022' }]],
    ["('definedbyprobe' some 'x-ray')", [{ property: 'definedbyprobe', some: 'x-ray' }]],
    ["('supports' some PaNET:PaNET2014000)", [{ property: 'supports', some: 'PaNET:PaNET2014000' }]],
    ["(PaNET:PaNET00104 and 'microscopy')", [{ name: 'PaNET:PaNET00104' }, { name: 'microscopy' }]],
    [
      "('black and white' and 'p' some 'a and b' and 'c')",
      [{ name: 'black and white' }, { property: 'p', some: 'a and b' }, { name: 'c' }],
    ],
  ] as const) {
    test(`is read: ${expression}`, () => {
      assert.deepEqual(readClassExpression(expression), parts);
    });
  }

  test('that is another one is not read in part', () => {
    for (const expression of [
      "('a' or 'b')",
      "('p' only 'a')",
      "(not 'a')",
      "('a' and ('b' and 'c'))",
      '()',
    ]) {
      assert.equal(readClassExpression(expression), null, expression);
    }
  });
});
