import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { alternativesOf, canonicalExpression } from '../../src/vocabulary/canonical-expression.ts';
import fc, { runs } from '../support/fast-check.ts';

type Tree = string | { readonly joiner: 'AND' | 'OR'; readonly parts: readonly Tree[] };

const leaf = fc.constantFrom(
  'MIT',
  'ISC',
  'GPL-2.0-only WITH Classpath-exception-2.0',
  'EPL-1.0+',
  'LicenseRef-x',
);
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.record({
      joiner: fc.constantFrom('AND' as const, 'OR' as const),
      parts: fc.array(tie('tree'), { minLength: 1, maxLength: 4 }),
    }),
  ),
}));
const written = (one: Tree, order: (parts: readonly Tree[]) => readonly Tree[]): string =>
  typeof one === 'string'
    ? one
    : `(${order(one.parts)
        .map((part) => written(part, order))
        .join(` ${one.joiner} `)})`;

/** Whether the expression is met by these licenses. */
function isMet(one: Tree, by: ReadonlySet<string>): boolean {
  if (typeof one === 'string') return by.has(one);
  const met = one.parts.map((part) => isMet(part, by));
  return one.joiner === 'AND' ? met.every(Boolean) : met.some(Boolean);
}

describe('the canonical form of an expression', () => {
  test('is one for all orders, and its own', () => {
    fc.assert(
      fc.property(tree, (one) => {
        const canonical = canonicalExpression(written(one, (parts) => parts));
        assert.notEqual(canonical, null);
        assert.equal(canonicalExpression(written(one, (parts) => [...parts].reverse())), canonical);
        assert.equal(canonicalExpression(canonical ?? ''), canonical);
      }),
      { numRuns: runs(300) },
    );
  });

  test('has alternatives each of which is enough', () => {
    fc.assert(
      fc.property(tree, (one) => {
        for (const alternative of alternativesOf(canonicalExpression(written(one, (parts) => parts)) ?? '')) {
          const needed = new Set(alternative.replace(/[()]/g, '').split(/ AND | OR /));
          assert.ok(isMet(one, needed), alternative);
        }
      }),
      { numRuns: runs(300) },
    );
  });

  test('is none of what is no expression', () => {
    for (const text of ['', 'MIT OR', '(MIT', 'MIT GPL']) assert.equal(canonicalExpression(text), null, text);
  });
});

test('alternatives are what OR joins at the top', () => {
  assert.deepEqual(alternativesOf('Apache-2.0 OR MIT'), ['Apache-2.0', 'MIT']);
  assert.deepEqual(alternativesOf('ISC AND Zlib OR MIT'), ['ISC AND Zlib', 'MIT']);
  for (const text of ['MIT', '(Apache-2.0 OR MIT) AND ISC', 'MIT AND ISC', 'x OR'])
    assert.deepEqual(alternativesOf(text), []);
});
