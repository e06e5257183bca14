import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canonicalExpression, singleAlternatives } from '../../src/vocabulary/license-canonical.ts';
import { parseExpression } from '../../src/vocabulary/spdx.ts';
import fc, { runs } from '../support/fast-check.ts';

const canonical = (text: string): string => canonicalExpression(parseExpression(text)!);

/** An expression as it is nested, so that it can be written in another order. */
type Nested = string | { readonly joiner: 'AND' | 'OR'; readonly parts: readonly Nested[] };
const { nested } = fc.letrec<{ nested: Nested }>((tie) => ({
  nested: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('MIT', 'ISC', 'EPL-2.0+', 'GPL-2.0-only WITH Classpath-exception-2.0', 'LicenseRef-x'),
    fc.record({
      joiner: fc.constantFrom('AND' as const, 'OR' as const),
      parts: fc.array(tie('nested'), { minLength: 2, maxLength: 3 }),
    }),
  ),
}));
const written = (part: Nested): string =>
  typeof part === 'string' ? part : `(${part.parts.map(written).join(` ${part.joiner} `)})`;
const reversed = (part: Nested): Nested =>
  typeof part === 'string' ? part : { ...part, parts: [...part.parts].reverse().map(reversed) };

describe('the canonical text of an expression', () => {
  test('operands are flattened, each once and in order', () => {
    assert.equal(canonical('MIT OR (ISC OR MIT)'), 'ISC OR MIT');
    assert.equal(canonical('MIT AND (Zlib AND ISC)'), 'ISC AND MIT AND Zlib');
    assert.equal(canonical('(MIT OR ISC) AND (ISC OR MIT)'), 'ISC OR MIT');
  });

  test('AND binds tighter, and an OR within it keeps its parentheses', () => {
    assert.equal(canonical('Zlib AND (MIT OR ISC)'), '(ISC OR MIT) AND Zlib');
    assert.equal(canonical('Zlib OR (MIT AND ISC)'), 'ISC AND MIT OR Zlib');
  });

  test('an exception and a plus stay with their license', () => {
    const text = 'GPL-2.0-only OR GPL-2.0-only WITH Classpath-exception-2.0';
    assert.equal(canonical('GPL-2.0-only WITH Classpath-exception-2.0 OR GPL-2.0-only'), text);
    assert.equal(canonical('EPL-2.0+ OR EPL-2.0'), 'EPL-2.0 OR EPL-2.0+');
  });

  test('has the operands of what is left where both sides of an OR are equal', () => {
    assert.equal(canonical('MIT AND (ISC AND Zlib OR Zlib AND ISC)'), 'ISC AND MIT AND Zlib');
    assert.equal(canonical('MIT OR (ISC OR Zlib) AND (Zlib OR ISC)'), 'ISC OR MIT OR Zlib');
  });

  test('any order of the operands gives one text, which is its own canonical text', () => {
    fc.assert(
      fc.property(nested, (expression) => {
        const text = canonical(written(expression));
        assert.equal(canonical(written(reversed(expression))), text);
        assert.equal(canonical(text), text);
      }),
      { numRuns: runs(500) },
    );
  });
});

describe('the licenses by which alone software may be had', () => {
  test('they are the single licenses of the outermost OR', () => {
    assert.deepEqual(singleAlternatives('Apache-2.0 OR MIT'), ['Apache-2.0', 'MIT']);
    assert.deepEqual(singleAlternatives('ISC AND Zlib OR MIT'), ['MIT']);
    assert.deepEqual(singleAlternatives('EPL-2.0+ OR GPL-2.0-only WITH Classpath-exception-2.0'), [
      'EPL-2.0+',
      'GPL-2.0-only WITH Classpath-exception-2.0',
    ]);
  });

  test('there is none where all licenses hold, or where there is no choice', () => {
    for (const text of [
      'GPL-3.0-only AND MIT',
      '(ISC OR MIT) AND Zlib',
      'MIT',
      'not OR an OR expression',
      '',
    ]) {
      assert.deepEqual(singleAlternatives(text), [], text);
    }
  });
});
