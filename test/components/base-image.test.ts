// On which image another one is built.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { commonLayers, indexBases, statedBase } from '../../src/components/base-image.ts';

const NAME = 'org.opencontainers.image.base.name';
const DIGEST = 'org.opencontainers.image.base.digest';
const SHA = `sha256:${'a'.repeat(64)}`;

describe('the base image that labels state', () => {
  test('has the name and the digest', () => {
    assert.deepEqual(statedBase({ [NAME]: ' docker.io/library/debian:12 ', [DIGEST]: SHA }), {
      name: 'docker.io/library/debian:12',
      digest: SHA,
    });
    assert.deepEqual(statedBase({ [NAME]: 'debian\u202e' }), { name: 'debian', digest: null });
  });

  test('is none where nothing that can be one is stated', () => {
    for (const labels of [
      {},
      { [NAME]: '' },
      { [DIGEST]: 'sha256:1' },
      { [NAME]: 'x'.repeat(2_049) },
      { [NAME]: 5 },
    ]) {
      assert.equal(statedBase(labels), null);
    }
  });
});

describe('the base image by layers', () => {
  const images = [
    { id: 'debian', layers: ['a'] },
    { id: 'python', layers: ['a', 'b'] },
    { id: 'python-copy', layers: ['a', 'b'] },
    { id: 'scratch', layers: [] },
    { id: 'other', layers: ['b'] },
    { id: 'relion', layers: ['a', 'b', 'c'] },
  ];
  for (const [layers, bases] of [
    [
      ['a', 'b', 'c'],
      ['python', 'python-copy'],
    ],
    [['a', 'b', 'c', 'd'], ['relion']],
    [['a', 'b'], ['debian']],
    [['a', 'x'], ['debian']],
    [['a'], []],
    [['x', 'a'], []],
    [[], []],
  ] as const) {
    test(`of ${layers.join(' ') || 'nothing'} is ${bases.join(' and ') || 'none'}`, () => {
      assert.deepEqual(indexBases(images).basesOf(layers), bases);
    });
  }

  test('does not take two layers for one whose name is both', () => {
    assert.deepEqual(indexBases([{ id: 'x', layers: ['a b'] }]).basesOf(['a', 'b', 'c']), []);
  });

  test('layers in common are counted from the lowest on', () => {
    assert.equal(commonLayers(['a', 'b', 'c'], ['a', 'b', 'd']), 2);
    assert.equal(commonLayers(['a'], ['a', 'b']), 1);
    assert.equal(commonLayers(['b', 'a'], ['a', 'b']), 0);
    assert.equal(commonLayers([], []), 0);
  });
});
