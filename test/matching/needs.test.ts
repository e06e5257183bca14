import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { needsOf } from '../../src/matching/needs.ts';
import { ENVIRONMENT_NAMES } from '../../src/sources/oci/environment.ts';
import { imageRecord } from '../support/records.ts';

describe('what an image needs', () => {
  test('is what its record requires, and where it is for', () => {
    const record = imageRecord({ platforms: ['linux/arm64'], reads: ['HDF5'], techniques: ['PaNET01188'] });
    const needs = needsOf(record);
    assert.deepEqual(needs.architectures, record.requires.architectures);
    assert.deepEqual(needs.engines, record.requires.engines);
    assert.deepEqual([needs.cpus, needs.memory, needs.gpu, needs.mpi], [4, 17_179_869_184, null, null]);
    assert.deepEqual(
      [needs.platforms, needs.reads, needs.techniques],
      [['linux/arm64'], ['HDF5'], ['PaNET01188']],
    );
  });

  test('has every value of the environment, of which each is a platform’s', () => {
    const { cuda } = needsOf(
      imageRecord({
        environment: [
          { name: 'CUDA_VERSION', value: '11.8.0' },
          { name: 'CUDA_VERSION', value: '12.4.1' },
          { name: 'NVIDIA_REQUIRE_CUDA', value: 'cuda>=12.4' },
        ],
      }),
    );
    assert.deepEqual(cuda, { versions: ['11.8.0', '12.4.1'], requirements: ['cuda>=12.4'], isThere: true });
  });

  test('has an MPI by a variable that names one, and no family by MPI_VERSION', () => {
    const needs = needsOf(
      imageRecord({
        environment: [
          { name: 'MPICH_VERSION', value: '4.2.1' },
          { name: 'MPI_VERSION', value: '3.1' },
          { name: 'OMPI_VERSION', value: '4.1.5' },
        ],
      }),
    );
    assert.deepEqual(needs.environmentMpi, [
      { product: 'Open MPI', version: '4.1.5' },
      { product: 'MPICH', version: '4.2.1' },
    ]);
    assert.ok(needs.hasUnnamedMpi);
  });

  test('is not guessed: libraries of NVIDIA alone are no CUDA', () => {
    const needs = needsOf(
      imageRecord({
        environment: [
          { name: 'NCCL_VERSION', value: '2.22.3-1' },
          { name: 'NVIDIA_DRIVER_CAPABILITIES', value: 'compute' },
        ],
      }),
    );
    assert.deepEqual(
      [needs.cuda.isThere, needs.rocm, needs.environmentMpi, needs.hasUnnamedMpi],
      [false, [], [], false],
    );
  });

  test('asks for no variable that a registry’s reader drops', () => {
    const value = '1.0';
    const all = ENVIRONMENT_NAMES.map((name) => ({ name, value }));
    const needs = needsOf(imageRecord({ environment: all }));
    assert.equal(needs.environmentMpi.length, 4);
    assert.deepEqual([needs.cuda.versions, needs.cuda.requirements, needs.rocm], [[value], [value], [value]]);
  });
});
