import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judge } from '../../src/matching/candidate.ts';
import { needsOf } from '../../src/matching/needs.ts';
import { NO_QUESTION } from '../../src/matching/question.ts';
import { whole } from '../../src/matching/verdict.ts';
import { loadVocabulary } from '../../src/vocabulary/load.ts';
import { loadMicroarchitectures } from '../../src/vocabulary/microarchitectures.ts';
import { computeResource, nodeGpu, nodeType } from '../support/compute.ts';
import { imageRecord } from '../support/records.ts';

const known = { vocabulary: loadVocabulary(), microarchitectures: loadMicroarchitectures() };
const GIB = 2 ** 30;

/** Tomography on a GPU, with all that matching asks about. */
const NEEDS = needsOf(
  imageRecord({
    platforms: ['linux/amd64'],
    reads: ['HDF5'],
    environment: [{ name: 'CUDA_VERSION', value: '12.4.1' }],
    requires: {
      ...{ architectures: ['x86_64_v3'], cpus: 8, memory: 16 * GIB, mpi: 'none', engines: ['apptainer'] },
      glibc: '2.35',
      gpu: { vendor: 'nvidia', minimumCuda: '12.0', memory: 16 * GIB },
    },
  }),
);
const SMALL = nodeType({
  architecture: 'amd64',
  microarchitecture: 'zen3',
  glibc: '2.34',
  cores: 64,
  memory: 512 * GIB,
  gpus: [],
});
const GPU = nodeType({
  ...SMALL,
  gpus: [nodeGpu({ vendor: 'nvidia', model: 'A100', memory: 40 * GIB, driver: '550.54.15', cuda: '12.4' })],
});

describe('an image at a resource', () => {
  test('is a yes where everything is said and fits', () => {
    const resource = computeResource({
      nodes: [GPU],
      engines: [{ name: 'apptainer', version: '1.3.4', where: 'compute' }],
      mpi: [],
      timeLimit: 3_600,
      readsDataOf: ['desy'],
    });
    const asked = { ...NO_QUESTION, formats: ['NXtomo'], facility: 'desy', time: 600, cpus: 16, memory: GIB };
    const { findings, engines, node } = judge(NEEDS, resource, asked, known);
    assert.equal(whole(findings), 'yes', JSON.stringify(findings, null, 2));
    assert.deepEqual([engines, node], [['apptainer'], 0]);
  });

  test('is judged on the node type with the fewest no', () => {
    const { findings, node } = judge(NEEDS, computeResource({ nodes: [SMALL, GPU] }), NO_QUESTION, known);
    assert.equal(node, 1);
    assert.equal(findings.find(({ dimension }) => dimension === 'gpu')?.code, 'GPU_FITS');
  });

  test('is judged on the node type with the fewest unknown, where as many are no', () => {
    const unsaid = nodeType({ ...GPU, cores: null });
    assert.equal(judge(NEEDS, computeResource({ nodes: [unsaid, GPU] }), NO_QUESTION, known).node, 1);
  });

  test('is judged on the first node type of those that suit alike', () => {
    assert.equal(judge(NEEDS, computeResource({ nodes: [GPU, GPU] }), NO_QUESTION, known).node, 0);
  });

  test('has all that is of nodes from one node type', () => {
    // The one has the GPU, the other the cores: neither has both.
    const few = nodeType({ ...GPU, cores: 4 });
    const { findings, node } = judge(NEEDS, computeResource({ nodes: [few, SMALL] }), NO_QUESTION, known);
    assert.equal(node, 0);
    assert.deepEqual(
      findings.filter(({ verdict }) => verdict === 'no').map(({ dimension }) => dimension),
      ['cpus'],
    );
  });
});
