import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseJsonOnce } from '../../src/model/json.ts';
import fc from '../support/fast-check.ts';

const refuses = (text: string, message: RegExp): void =>
  assert.throws(
    () => parseJsonOnce(Buffer.from(text)),
    (error) => error instanceof SyntaxError && message.test(error.message),
  );

test('JSON is read as JSON.parse reads it, from text as from bytes', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      const text = JSON.stringify(value);
      assert.deepEqual(parseJsonOnce(text), JSON.parse(text));
      assert.deepEqual(parseJsonOnce(Buffer.from(text)), JSON.parse(text));
    }),
  );
});

describe('a key that is there twice', () => {
  for (const text of [
    '{"sharing":"none","sharing":"open"}',
    '{"sharing":"open","sharing":"open"}',
    '{"a":[{"b":{"x":1,"y":2,"x":3}}]}',
    String.raw`{"sharing":"none","\u0073haring":"open"}`,
    '{"":1,"":2}',
    '{"__proto__":1,"__proto__":2}',
    '{"a:b":1,"a:b":2}',
  ]) {
    test(`is refused in ${text}`, () => {
      refuses(text, /^has a key twice$/);
      assert.throws(() => parseJsonOnce(text), SyntaxError);
    });
  }

  test('is accepted in different objects', () => {
    parseJsonOnce('[{"a":1},{"a":{"a":":"}},{"A":1,"a ":2}]');
  });
});

test('nesting beyond 64 levels is refused before it is parsed', () => {
  parseJsonOnce(`${'['.repeat(64)}${']'.repeat(64)}`);
  refuses(`${'['.repeat(65)}${']'.repeat(65)}`, /64 levels/);
  refuses(`${'{"a":'.repeat(100_000)}`, /64 levels/);
});

test('the message contains nothing of the text', () => {
  for (const text of ['{"marker', 'marker', '{"marker":1,"marker":2}', '{"a":marker}', '"\u0001marker"']) {
    assert.throws(
      () => parseJsonOnce(text),
      (error) => error instanceof SyntaxError && !error.message.includes('marker'),
    );
  }
});
