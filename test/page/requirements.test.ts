import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DESCRIPTIVE_FIELDS } from '../../src/model/image-fields.ts';
import { requirementsOf } from '../../src/page/requirements.ts';

const NOTHING = {
  architectures: [],
  cpus: null,
  memory: null,
  gpu: null,
  mpi: null,
  engines: [],
  glibc: null,
};

test('every field below requires has a row, in the order of the record', () => {
  const names = requirementsOf(NOTHING).map(([name]) => name);
  assert.deepEqual(names, [
    'Architectures',
    'Processor cores',
    'Memory',
    'GPU',
    'MPI',
    'Engines',
    'GNU C library',
  ]);
  assert.equal(names.length, Object.keys(DESCRIPTIVE_FIELDS.requires.fields).length);
});

test('what was not stated has no text', () => {
  const stated = requirementsOf(NOTHING).filter(([, text]) => text !== null && text !== '');
  assert.deepEqual(stated, []);
});

test('what was stated is written for people: sizes in units, a GPU in one row', () => {
  const gpu = { vendor: 'nvidia', minimumCuda: '11.4', memory: 16_000_000_000 };
  const all = { architectures: ['amd64', 'arm64'], cpus: 8, memory: 64_000_000_000, gpu };
  const texts = requirementsOf({ ...all, mpi: 'OpenMPI', engines: ['docker'], glibc: '2.34' }).map(
    ([, text]) => text,
  );
  assert.deepEqual(texts, [
    'amd64, arm64',
    '8',
    '64 GB',
    'nvidia, CUDA 11.4 or later, 16 GB of memory',
    'OpenMPI',
    'docker',
    '2.34',
  ]);
});

test('a GPU of which only the vendor is known is that vendor, and a lab’s text is written as it is', () => {
  const gpu = { vendor: 'amd', minimumCuda: null, memory: null };
  assert.equal(requirementsOf({ ...NOTHING, gpu })[3]?.[1], 'amd');
  const odd = { ...gpu, minimumCuda: '$& {}' };
  assert.equal(requirementsOf({ ...NOTHING, gpu: odd })[3]?.[1], 'amd, CUDA $& {} or later');
});
