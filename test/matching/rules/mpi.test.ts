import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readMpi } from '../../../src/matching/rules/mpi-name.ts';
import { withinRange } from '../../../src/matching/rules/mpi-version.ts';

describe('the name of an MPI', () => {
  test('is read in the spellings of labs, with its version', () => {
    const spellings: Readonly<Record<string, string>> = {
      ...{ openmpi: 'Open MPI ', 'Open MPI': 'Open MPI ', 'openmpi 4.1.5': 'Open MPI 4.1.5' },
      ...{ 'OpenMPI-4.1.5': 'Open MPI 4.1.5', 'openmpi/4.1.5': 'Open MPI 4.1.5', 'open-mpi@5': 'Open MPI 5' },
      ...{ openmpi4: 'Open MPI 4', 'Open MPI v4.1.5rc1': 'Open MPI 4.1.5rc1', 'ompi 4': 'Open MPI 4' },
      ...{
        'MPICH 4.2.1': 'MPICH 4.2.1',
        mpich: 'MPICH ',
        'mpich2.1': 'MPICH 2.1',
        'mpich-3.4a2': 'MPICH 3.4a2',
      },
      ...{ 'mvapich2 2.3.7': 'MVAPICH 2.3.7', 'MVAPICH 3.0': 'MVAPICH 3.0', 'MVAPICH2-2.3': 'MVAPICH 2.3' },
      ...{ 'Intel MPI 2021.9': 'Intel MPI 2021.9', impi: 'Intel MPI ', 'Intel(R) MPI': 'Intel MPI ' },
      ...{ 'cray-mpich/8.1.27': 'Cray MPICH 8.1.27', 'Cray MPICH': 'Cray MPICH ' },
    };
    for (const [text, expected] of Object.entries(spellings)) {
      const read = readMpi(text);
      assert.equal(read.kind === 'product' && `${read.product} ${read.version ?? ''}`, expected, text);
    }
  });

  test('is not guessed', () => {
    for (const text of ['mpich2', 'MPICH2 1.4', 'hpcx 2.18', 'openmpix', 'Platform MPI 9', 'x openmpi', '']) {
      assert.equal(readMpi(text).kind, 'unreadable', text);
    }
    for (const text of ['openmpi >=4', 'openmpi 4 or 5', 'openmpi latest']) {
      const read = readMpi(text);
      assert.equal(read.kind === 'product' ? read.version : '', null, text);
    }
  });

  test('may say that none is needed, or any', () => {
    assert.deepEqual(readMpi('None'), { kind: 'none' });
    assert.deepEqual(readMpi('MPI'), { kind: 'unreadable', isAny: true });
    assert.deepEqual(readMpi('hpcx'), { kind: 'unreadable', isAny: false });
  });
});

describe('a version of MPI within a range', () => {
  const cases: readonly (readonly [version: string, range: string, verdict: string])[] = [
    ['4.1.5', '>=4.1 <5', 'yes'],
    ['5.0.0', '>=4.1 <5', 'no'],
    ['4.0.7', '>=4.1 <5', 'no'],
    ['4.1.5', '4.1', 'yes'],
    ['4.1.5', '<=4.1.5', 'yes'],
    // The beginning of several versions: all of them, none, or some.
    ['4.1', '>=4.1', 'yes'],
    ['4', '>=4.0', 'yes'],
    ['4.0', '>=4', 'yes'],
    ['4.1', '<5', 'yes'],
    ['4.1', '4', 'yes'],
    ['4.1', '4.1', 'yes'],
    ['4.1', '<4.1', 'no'],
    ['4.0', '>=4.1', 'no'],
    ['3', '4.1', 'no'],
    ['4', '>=4.1', 'unknown'],
    ['4', '4.1', 'unknown'],
    ['4.1', '>=4.1.2 <5', 'unknown'],
    ['4.1', '<=4.1', 'unknown'],
    ['4.1', '>4.1', 'unknown'],
    ['5', '>=4.1 <5.0.3', 'unknown'],
    // What is no version, and no range.
    ['latest', '>=4', 'unknown'],
    ['4.1.5', '>=', 'unknown'],
    ['4.1.5', '…', 'unknown'],
  ];
  for (const [version, range, verdict] of cases) {
    test(`${version} in ${range}: ${verdict}`, () => {
      assert.equal(withinRange(version, range), verdict);
    });
  }
});
