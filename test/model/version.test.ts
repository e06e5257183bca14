import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareVersionParts, versionParts } from '../../src/model/version.ts';
import fc, { runs } from '../support/fast-check.ts';

/** With the raw text last, as every user of the order breaks its ties. */
const compareVersions = (a: string, b: string): number =>
  compareVersionParts(versionParts(a), versionParts(b)) || (a < b ? -1 : a > b ? 1 : 0);

const sorted = (...versions: string[]): string[] => [...versions].sort(compareVersions);

test('numbers are compared as numbers', () => {
  assert.deepEqual(sorted('3.10', '3.9', '3.1'), ['3.1', '3.9', '3.10']);
});

test('a pre-release comes before its release, a build after it', () => {
  assert.deepEqual(sorted('4.0', '4.0-beta-2', '4.0-rc1', '4.0-deb1', '4.0.1'), [
    '4.0-beta-2',
    '4.0-rc1',
    '4.0',
    '4.0-deb1',
    '4.0.1',
  ]);
});

test('a leading v means nothing', () => {
  assert.ok(compareVersions('v1.2', '1.3') < 0);
  assert.ok(compareVersions('1.2', 'v1.3') < 0);
});

test('numbers too long to be exact lose no digits', () => {
  assert.ok(compareVersions('20220110000000000001', '20220110000000000002') < 0);
});

test('a name or a v before a version, and the case of letters, change nothing', () => {
  const version = fc.stringMatching(/^\d{1,2}(\.\d{1,2}){1,3}([-~+.]?(rc|beta|dev|post|deb)\d)?$/);
  const prefix = fc.constantFrom('v', 'V', 'release-', 'relion-', 'RELION_', 'cctbx_project-', 'relion-v');
  fc.assert(
    fc.property(version, prefix, (text, before) => {
      assert.deepEqual(versionParts(`${before}${text}`), versionParts(text));
      assert.deepEqual(versionParts(text.toUpperCase()), versionParts(text));
    }),
    { numRuns: runs(500) },
  );
});

test('any text has parts, of a bounded number, and soon', () => {
  for (const text of [
    '1.'.repeat(100_000),
    'a-'.repeat(100_000),
    '0'.repeat(100_000),
    `${'v-'.repeat(50_000)}1`,
  ]) {
    const began = performance.now();
    assert.ok(versionParts(text).length <= 512);
    assert.ok(performance.now() - began < 1_000);
  }
});

test('the order is total: antisymmetric, transitive, and equal only for equal strings', () => {
  const version = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.stringMatching(/^v?\d{1,3}(\.\d{1,3}|-(rc|beta|deb)\d?){0,3}$/),
    fc.stringMatching(/^(\d!|\d:)?\d{1,2}([.~+_-]?(\d|[abc]|rc|beta|dev|post|foss|cu)){0,4}$/),
    fc.stringMatching(/^(relion|v|release)?[-_]?\d{1,2}([-.]?(\d{1,2}|sep|aug)[-.]?20[12]\d)?$/),
  );
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      assert.equal(Math.sign(compareVersions(a, b)) + Math.sign(compareVersions(b, a)), 0);
      assert.equal(compareVersions(a, b) === 0, a === b);
      if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) assert.ok(compareVersions(a, c) <= 0);
    }),
    { numRuns: runs(2_000) },
  );
});
