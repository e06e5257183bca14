import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'graphql';
import { createDocumentCache, createErrorCache } from '../../src/graphql/documents.ts';

describe('the cache of documents', () => {
  test('weighs a document by its tokens, which take most of the memory', () => {
    const kept = createDocumentCache(1_000_000);
    for (let i = 0; i < 1_000; i++) {
      const text = `{ x${i} ${'a '.repeat(100)}}`;
      kept.set(text, parse(text));
    }
    assert.ok(kept.size > 0 && kept.size <= 9, `${kept.size} documents of a hundred tokens in a megabyte`);
  });

  test('leaves out a document that is larger than the cache', () => {
    const kept = createDocumentCache(100_000);
    const text = `{ ${'a '.repeat(100)}}`;
    kept.set(text, parse(text));
    assert.equal(kept.size, 0);
  });

  test('counts an error with its stack, however short its text', () => {
    const kept = createErrorCache(100_000);
    for (let i = 0; i < 100; i++) kept.set(`{${i}`, new Error('no document'));
    assert.ok(kept.size > 0 && kept.size <= 24);
  });
});
