import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { indexMicroarchitectures, loadMicroarchitectures } from '../../src/vocabulary/microarchitectures.ts';

const { microarchitecture, hasFeature } = loadMicroarchitectures();

describe('microarchitectures', () => {
  test('are archspec 0.2.7’s, byte for byte', () => {
    const file = readFileSync(
      new URL('../../vocabularies/archspec/microarchitectures.json', import.meta.url),
    );
    assert.equal(
      createHash('sha256').update(file).digest('hex'),
      '927fdca5cf7c1e6d879514300bc58d85da0d6d9af2fea19acac2183127aac2ad',
    );
  });

  test('have their family and all that they are made from', () => {
    const zen3 = microarchitecture('zen3');
    assert.equal(zen3?.family, 'x86_64');
    assert.deepEqual([...(zen3?.ancestors ?? [])].sort(), [
      'x86_64',
      'x86_64_v2',
      'x86_64_v3',
      'zen',
      'zen2',
    ]);
    assert.deepEqual(
      [microarchitecture('x86_64')?.family, microarchitecture('x86_64')?.ancestors.size],
      ['x86_64', 0],
    );
  });

  test('have the features of what they are made from, which Arm’s do not repeat', () => {
    assert.ok(microarchitecture('m4')?.features.has('fphp'));
    assert.ok(microarchitecture('haswell')?.features.has('ssse3'));
    assert.equal(microarchitecture('power9le')?.features.size, 0);
  });

  test('are found in any case, by hyphens, and by OCI’s names', () => {
    const names = ['Zen3', 'X86-64-V3', 'skylake-avx512', 'amd64', 'arm64', '386', 'ppc64le', ' zen2 '];
    assert.deepEqual(
      names.map((name) => microarchitecture(name)?.name),
      ['zen3', 'x86_64_v3', 'skylake_avx512', 'x86_64', 'aarch64', 'x86', 'ppc64le', 'zen2'],
    );
    for (const strange of ['milan', '', 'constructor', '__proto__', 's390x']) {
      assert.equal(microarchitecture(strange), null, strange);
    }
  });

  test('a feature is there by its name, by an alias, or in all of a family', () => {
    const features = new Set(['ssse3', 'avx512f']);
    assert.ok(hasFeature('ssse3', features, 'x86_64'));
    assert.ok(hasFeature('sse3', features, 'x86_64'));
    assert.ok(hasFeature('avx512', features, 'x86_64'));
    assert.ok(hasFeature('neon', new Set(), 'aarch64'));
    assert.ok(!hasFeature('neon', new Set(), 'x86_64'));
    assert.ok(!hasFeature('avx2', features, 'x86_64'));
    assert.ok(!hasFeature('constructor', features, 'x86_64'));
  });

  test('a file that contradicts itself is refused', () => {
    const of = (microarchitectures: Record<string, { from: string[]; features: string[] }>) => () =>
      indexMicroarchitectures({ microarchitectures, feature_aliases: {} });
    assert.throws(of({ a: { from: ['b'], features: [] } }), /a is made from b, which is missing/);
    assert.throws(
      of({ a: { from: ['b'], features: [] }, b: { from: ['a'], features: [] } }),
      /b is made from a, which is made from it/,
    );
    assert.throws(
      of({
        a: { from: [], features: [] },
        b: { from: [], features: [] },
        c: { from: ['a', 'b'], features: [] },
      }),
      /c is of several families: a, b/,
    );
  });
});
