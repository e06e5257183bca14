import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { getIntrospectionQuery } from 'graphql';
import { limitsSchema } from '../../src/config/limits.ts';
import { parseBounded } from '../../src/graphql/shape.ts';
import { FederationError } from '../../src/model/errors.ts';

const limits = { ...limitsSchema.parse({}), tokens: 500, depth: 4, aliases: 3, directives: 2 };
const passes = (document: string): void => void parseBounded(document, limits);
const refuses = (document: string, what: RegExp): void =>
  assert.throws(
    () => parseBounded(document, limits),
    (error) =>
      error instanceof FederationError && error.code === 'LIMIT_EXCEEDED' && what.test(error.message),
  );

describe('a document within bounds', () => {
  test('may be as deep as the limit and no deeper', () => {
    passes('{ a { b { c { d } } } }');
    refuses('{ a { b { c { d { e } } } } }', /4 levels/);
  });

  test('is as deep as its fragments make it', () => {
    refuses('{ a { ...F } } fragment F on A { b { c { ...G } } } fragment G on C { d { e } }', /levels/);
  });

  test('counts the aliases of a fragment each time it is spread', () => {
    passes('{ ...F } fragment F on Q { x: a y: a z: a }');
    refuses('{ ...F b { ...F } } fragment F on Q { x: a y: a }', /3 aliases/);
  });

  test('counts directives', () => {
    refuses('query ($s: Boolean!) { a @skip(if: $s) b @skip(if: $s) c @skip(if: $s) }', /2 directives/);
  });

  test('has no more tokens than the limit', () => {
    refuses(`{ ${'a '.repeat(600)} }`, /500 tokens/);
  });

  test('is measured at once however its fragments multiply', () => {
    const fragments = Array.from(
      { length: 40 },
      (_, i) => `fragment F${i} on A { ...F${i + 1} ...F${i + 1} }`,
    );
    const started = performance.now();
    refuses(`{ ...F0 } ${fragments.join(' ')} fragment F40 on A { x: a }`, /aliases/);
    // Counted one by one they would take for ever.
    assert.ok(performance.now() - started < 20_000);
  });

  test('has no more selections than tokens where its fragments multiply, however few of them are aliases', () => {
    const fragments = Array.from(
      { length: 10 },
      (_, i) => `fragment F${i} on A { ...F${i + 1} ...F${i + 1} }`,
    );
    refuses(`{ ...F0 } ${fragments.join(' ')} fragment F10 on A { a }`, /500 selections/);
    passes(`{ ...F7 } ${fragments.slice(7).join(' ')} fragment F10 on A { a }`);
  });

  test('of fragments in a circle is left to validation', () => {
    passes('{ ...F } fragment F on A { a { ...F } }');
  });

  test('lets the introspection of tools pass', () => {
    parseBounded(
      getIntrospectionQuery({ descriptions: true, specifiedByUrl: true, inputValueDeprecation: true }),
      limitsSchema.parse({}),
    );
  });
});
