import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scalars } from '../../src/graphql/scalars.ts';
import { digestOf, hasDigest, isDigest } from '../../src/model/digest.ts';

test('a digest is of SHA-256 or SHA-512, in small hexadecimal digits, of the algorithm’s length', () => {
  for (const digest of [digestOf('a'), digestOf('a', 'sha512')]) {
    assert.ok(isDigest(digest));
    assert.equal(scalars.Digest.parseValue(digest), digest);
  }
  for (const text of [
    ...[`sha256:${'a'.repeat(128)}`, `sha512:${'a'.repeat(64)}`, `sha384:${'a'.repeat(96)}`],
    ...[`sha256:${'A'.repeat(64)}`, `sha256:${'a'.repeat(64)} `, 'sha256', ''],
  ]) {
    assert.ok(!isDigest(text), text);
    assert.throws(() => scalars.Digest.parseValue(text));
  }
});

test('bytes have a digest by its own algorithm alone', () => {
  const bytes = Buffer.from('a');
  assert.ok(hasDigest(bytes, digestOf('a')));
  assert.ok(hasDigest(bytes, digestOf('a', 'sha512')));
  assert.ok(!hasDigest(bytes, digestOf('b')));
  assert.ok(!hasDigest(bytes, digestOf('b', 'sha512')));
  assert.ok(!hasDigest(bytes, `md5:${'a'.repeat(32)}`));
});
