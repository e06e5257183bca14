import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { extendSchema, getOperationAST, parse } from 'graphql';
import { costOf } from '../../src/graphql/cost.ts';
import { markExtensions } from '../../src/graphql/extension/mark.ts';
import { createSchema } from '../../src/graphql/schema.ts';

const plain = createSchema();

function cost(text: string, variables: Record<string, unknown> = {}, schema = plain): number {
  const document = parse(text);
  const operation = getOperationAST(document);
  assert.ok(operation);
  return costOf(schema, document, operation, variables, 100);
}

describe('the cost of a document', () => {
  test('is the product of the firsts along each path, summed', () => {
    assert.equal(cost('{ images(first: 50) { totalCount } }'), 50);
    assert.equal(
      cost('{ frameworks(first: 10) { edges { images(first: 5) { totalCount } } } }'),
      10 + 10 * (1 + 5),
    );
  });

  test('counts the words of a search and the values of choices, also in variables', () => {
    assert.equal(cost('{ images(first: 1, search: "x y  the z x") { totalCount } }'), 1 + 3 * 10);
    const searched = 'query ($s: String) { images(first: 1, search: $s) { totalCount } }';
    assert.equal(cost(searched, { s: 'x-ray tomography' }), 1 + 3 * 10);
    assert.equal(cost(searched), 1);
    assert.equal(
      cost('{ images(first: 1, only: { may: [PULL], frameworks: ["a", "b"] }) { totalCount } }'),
      1 + 3,
    );
    const chosen =
      'query ($c: Choices, $f: [String!]) { images(first: 1, only: $c, except: { frameworks: $f }) { totalCount } }';
    assert.equal(
      cost(chosen, { c: { facilities: ['a'], reads: null, frameworks: ['b', 'c'] }, f: ['d'] }),
      1 + 4,
    );
    assert.equal(cost(chosen, { c: null }), 1);
  });

  test('counts the components of a choice ten times, and a comparison by its lists', () => {
    const chosen =
      'query ($c: Choices, $v: [String!]) { images(first: 1, only: $c, except: { components: $v }) { totalCount } }';
    assert.equal(cost(chosen, { c: { components: ['a', 'b'], may: ['PULL'] }, v: ['c'] }), 1 + 3 * 10 + 1);
    assert.equal(cost('{ images(first: 1, only: { components: ["a"] }) { totalCount } }'), 1 + 10);
    assert.equal(cost('{ compare(a: "a", b: "b", first: 10) { isSame } }'), 100 + 3 * 10);
    assert.equal(cost('{ image(id: "x") { components(first: 10) { nodes { name } } } }'), 10 + 10);
  });

  test('counts the PID of a match to look up, also in variables', () => {
    assert.equal(cost('{ match(first: 1, data: { format: "HDF5" }) { totalCount } }'), 50 + 1);
    assert.equal(cost('{ match(first: 1, data: { pid: "10.5072/a" }) { totalCount } }'), 50 + 20 + 1);
    const asked = 'query ($d: DataInput, $p: String) { match(first: 1, data: $d) { totalCount }';
    const both = `${asked} other: match(first: 1, data: { pid: $p }) { totalCount } }`;
    assert.equal(cost(both, { d: { pid: '10.5072/a' }, p: '10.5072/a' }), 2 * (50 + 20 + 1));
    assert.equal(cost(both, { d: { pid: null }, p: null }), 2 * (50 + 1));
    assert.equal(cost(both), 2 * (50 + 1));
  });

  test('uses a list’s own default where `first` is not given', () => {
    assert.equal(cost('{ images { totalCount } }'), 20);
    assert.equal(cost('{ image(id: "x") { sameDigest { id } } }'), 20);
  });

  test('reads variables and their defaults, and uses the maximum where they are not usable', () => {
    assert.equal(cost('query ($n: Int) { images(first: $n) { totalCount } }', { n: 7 }), 7);
    assert.equal(cost('query ($n: Int = 9) { images(first: $n) { totalCount } }'), 9);
    assert.equal(cost('query ($n: Int) { images(first: $n) { totalCount } }', { n: 'x' }), 100);
  });

  test('has 20 for each facet', () => {
    assert.equal(cost('{ images(first: 1) { facets(fields: [FACILITY, LICENSE]) { field } } }'), 1 + 40);
    assert.equal(
      cost('query ($f: [FacetField!]!) { images(first: 1) { facets(fields: $f) { field } } }', {
        f: ['MAY', 'TRUST', 'READS'],
      }),
      1 + 60,
    );
  });

  test('has 50 for each explanation', () => {
    assert.equal(cost('{ images(first: 3) { nodes { explain { policy } } } }'), 3 + 3 * (1 + 50));
    assert.equal(cost('{ image(id: "x") { a: explain { policy } b: explain(at: "esrf") { policy } } }'), 100);
  });

  test('has 10 for each history of tags that is read, and none for the notices of an answer', () => {
    const spans = 'tagHistory(first: 1) { digest }';
    assert.equal(cost(`{ images(first: 3) { nodes { ${spans} } } }`), 3 + 3 * (1 + 1 + 10));
    assert.equal(cost('{ images(first: 3) { nodes { notices(first: 2) { code } } } }'), 3 + 3 * (1 + 2 + 10));
    assert.equal(cost('{ tagHistory(reference: "a/b:1", first: 1) { digest } }'), 1 + 10);
    assert.equal(cost('{ image(reference: "a/b:1", asOf: "2026-05-01T00:00:00Z") { id } }'), 10);
    assert.equal(cost('{ images(first: 3) { notices { code } } }'), 3 + 1);
  });

  test('counts fields that a connection has once only once, however many items it has', () => {
    const facets = 'facets(fields: [FACILITY, LICENSE]) { values { value } }';
    assert.equal(cost(`{ images(first: 50) { ${facets} nodes { tags } } }`), 50 + 50 * (1 + 1) + 40 + 1);
    assert.equal(
      cost(`{ images(first: 50) { ...F } } fragment F on ImageConnection { ${facets} sources { records } }`),
      50 + 40 + 1 + 1,
    );
    assert.equal(
      cost(`{ frameworks(first: 10) { edges { images(first: 5) { ${facets} } } } }`),
      10 + 10 * (1 + 5 + 40 + 1),
    );
  });

  test('has 20 for each selection of a facility’s own fields on a page, and 1 for each image', () => {
    const schema = extendSchema(
      plain,
      parse('extend type Image { esrf: EsrfImage } type EsrfImage { beamlines: [String] }'),
    );
    markExtensions(schema, ['esrf']);
    const own = 'esrf { beamlines }';
    const items = 50 + 50 * (1 + 1 + 1) + 20;
    assert.equal(cost(`{ images(first: 50) { nodes { ${own} } } }`, {}, schema), items);
    assert.equal(
      cost(`{ images(first: 50) { edges { node { ...F } } } } fragment F on Image { ${own} }`, {}, schema),
      items,
    );
    assert.equal(cost(`{ image(id: "x") { ${own} } }`, {}, schema), 1 + 1 + 20);
    assert.equal(
      cost(`{ images(first: 10) { nodes { sameDigest(first: 2) { ${own} } } } }`, {}, schema),
      10 + 10 * (1 + 2 + 2 * (1 + 1) + 20),
    );
  });

  test('reads no variable that the client did not give, whatever its name', () => {
    const query = `query ($constructor: [FacetField!]! = [MAY, TRUST, READS]) {
      images(first: 1) { facets(fields: $constructor) { field } }
    }`;
    assert.equal(cost(query), 1 + 60);
  });

  test('counts a fragment where it is spread, and aliases each', () => {
    assert.equal(
      cost(
        '{ a: images(first: 3) { ...F } b: images(first: 4) { ...F } } fragment F on ImageConnection { nodes { sameDigest(first: 2) { id } } }',
      ),
      3 + 3 * (1 + 2) + 4 + 4 * (1 + 2),
    );
  });

  test('is found at once however fragments multiply', () => {
    const fragments = Array.from(
      { length: 60 },
      (_, i) => `fragment F${i} on ImageConnection { ...F${i + 1} ...F${i + 1} }`,
    );
    const started = performance.now();
    assert.ok(
      cost(
        `{ images(first: 1) { ...F0 } } ${fragments.join(' ')} fragment F60 on ImageConnection { nodes { id } }`,
      ) > 5_000,
    );
    // Counted one by one they would take for ever.
    assert.ok(performance.now() - started < 20_000);
  });
});
