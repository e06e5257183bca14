import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { GraphQLError, getIntrospectionQuery, validate } from 'graphql';
import { limitsSchema } from '../../src/config/limits.ts';
import { createSchema } from '../../src/graphql/schema.ts';
import { parseBounded } from '../../src/graphql/shape.ts';
import { FederationError } from '../../src/model/errors.ts';
import { computed } from '../support/main-thread.ts';

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

  test('with fragments in a cycle is left to validation', () => {
    passes('{ ...F } fragment F on A { a { ...F } }');
  });

  test('lets the introspection of tools pass', () => {
    parseBounded(
      getIntrospectionQuery({ descriptions: true, specifiedByUrl: true, inputValueDeprecation: true }),
      limitsSchema.parse({}),
    );
  });
});

describe('fields that are repeated', () => {
  const open = limitsSchema.parse({});
  const parsed = (document: string) => parseBounded(document, open);
  const exceeds = (document: string): void =>
    assert.throws(() => parsed(document), { code: 'LIMIT_EXCEEDED' });

  test('are refused where validation would compare too many pairs of them', () => {
    exceeds(`{ ${'images { nodes { id title } } '.repeat(330)} }`);
    exceeds(`{ images { nodes { ${'id '.repeat(200)} } } }`);
    exceeds(`{ images { ${'... on ImageConnection { nodes { id tags title digest } } '.repeat(80)} } }`);
  });

  test('are let through as clients with many fragments have them', () => {
    const fragments = Array.from(
      { length: 40 },
      (_, n) => `fragment F${n} on Image { __typename id title f${n}: tags }`,
    );
    const spreads = fragments.map((_, n) => `...F${n}`).join(' ');
    parsed(`{ images { nodes { ${spreads} } } } ${fragments.slice(0, 30).join(' ')}`);
  });

  test('are counted to an end where a fragment spreads itself', () => {
    parsed('{ ...F } fragment F on Query { a { ...F } b { ...F } c { ...F } }');
  });

  test('are counted over all operations of a document together', () => {
    const fields = Array.from({ length: 100 }, (_, n) => `f${n}`).join(' ');
    const operations = Array.from({ length: 60 }, (_, n) => `query Q${n} { ...F }`).join(' ');
    exceeds(`${operations} fragment F on Query { ${fields} }`);
  });

  test('never hold the event loop for long, whatever is let through', () => {
    const schema = createSchema();
    const documents = [
      `{ images { nodes { ${'id '.repeat(140)} } } }`,
      `{ images { nodes { ${Array.from({ length: 1_800 }, (_, n) => `unknown${n}`).join(' ')} } } }`,
      `{ ${Array.from({ length: 30 }, (_, n) => `a${n}: images { nodes { id title tags } }`).join(' ')} }`,
      `{ images { nodes { ...F0 } } } ${Array.from({ length: 400 }, (_, n) => `fragment F${n} on Image { ...F${n + 1} }`).join(' ')} fragment F400 on Image { id }`,
      `query (${Array.from({ length: 700 }, (_, n) => `$v${n}: ID`).join(' ')}) { viewer { issuer } }`,
      `{ image(id: "${'x'.repeat(120_000)}") { id } }`,
    ];
    for (const document of documents) {
      const begun = computed();
      try {
        validate(schema, parsed(document));
      } catch (error) {
        assert.ok(error instanceof FederationError || error instanceof GraphQLError);
      }
      const took = computed() - begun;
      // 50 ms on a quiet machine.
      assert.ok(took < 150, `${took.toFixed()} ms for ${document.slice(0, 80)}`);
    }
  });
});
