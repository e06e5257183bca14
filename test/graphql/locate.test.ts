import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'graphql';
import { locate } from '../../src/graphql/locate.ts';

describe('where a failed field stands', () => {
  test('is the first field on the path, also within fragments and by its alias', () => {
    const document = parse(
      '{ ...F ... on Query { b: image { id } } } fragment F on Query { a: image { id } b: image { title } }',
    );
    assert.equal(locate(document, null, ['b', 'id'])?.loc?.start, document.loc?.source.body.indexOf('id'));
    assert.equal(locate(document, null, ['b', 'title'])?.name.value, 'title');
    assert.equal(locate(document, null, ['c']), null);
  });

  test('is found at once however fragments multiply', () => {
    const levels = 60;
    const fragments = Array.from(
      { length: levels },
      (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`,
    );
    const document = parse(`{ ...F0 } ${fragments.join('\n')} fragment F${levels} on Query { image { id } }`);
    assert.equal(locate(document, null, ['image'])?.name.value, 'image');
  });
});
