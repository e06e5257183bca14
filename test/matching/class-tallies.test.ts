// What is kept of one resource is no answer for another that differs in anything that a rule reads.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeMachine } from '../../src/matching/candidate.ts';
import { createClassTallies } from '../../src/matching/class-tallies.ts';
import { needsOf } from '../../src/matching/needs.ts';
import { aspectsOf, MACHINE } from '../../src/matching/needs-aspects.ts';
import { NO_QUESTION } from '../../src/matching/question.ts';
import { tallyOf } from '../../src/matching/tally.ts';
import type { ComputeResource, NodeType } from '../../src/model/compute.ts';
import { createPace } from '../../src/model/pace.ts';
import { loadVocabulary } from '../../src/vocabulary/load.ts';
import { loadMicroarchitectures } from '../../src/vocabulary/microarchitectures.ts';
import { computeResource, nodeGpu, nodeType } from '../support/compute.ts';
import { requirements } from '../support/jobs.ts';
import { imageRecord } from '../support/records.ts';

const GIB = 2 ** 30;
const KNOWN = { vocabulary: loadVocabulary(), microarchitectures: loadMicroarchitectures() };

const NODE = nodeType({
  ...{ architecture: 'amd64', microarchitecture: 'zen3', glibc: '2.36', cores: 8, memory: 8 * GIB },
  gpus: [nodeGpu({ vendor: 'nvidia', memory: 8 * GIB, driver: '550.54.15', cuda: '12.4' })],
});
const engine = (name: string) => ({ name, version: null, where: 'compute' as const });
const RESOURCE = computeResource({
  ...{ scheduler: 'slurm', engines: [engine('apptainer'), engine('podman')], subuids: false, nodes: [NODE] },
  mpi: [{ family: 'openmpi', versions: '>=4.1 <5', pmi: null }],
});

const NODES: Readonly<Record<string, Partial<NodeType>>> = {
  architecture: { architecture: 'arm64', microarchitecture: null },
  microarchitecture: { microarchitecture: 'haswell' },
  glibc: { glibc: '2.34' },
  cores: { cores: 2 },
  memory: { memory: GIB },
  gpus: { gpus: [] },
};
const RESOURCES: Readonly<Record<string, Partial<ComputeResource>>> = {
  engines: { engines: [engine('apptainer'), engine('sarus')] },
  subuids: { subuids: true },
  scheduler: { scheduler: 'kubernetes' },
  mpi: { mpi: [] },
  ...Object.fromEntries(
    Object.entries(NODES).map(([name, over]) => [name, { nodes: [{ ...NODE, ...over }] }]),
  ),
};

const { requires, ...image } = imageRecord();
const NEEDS = [
  needsOf({
    ...{ ...image, platforms: ['linux/amd64/v3'] },
    requires: requirements({
      ...{ architectures: ['zen3'], cpus: 4, memory: 4 * GIB, mpi: 'openmpi 4.1.5', glibc: '2.35' },
      ...{
        engines: ['apptainer', 'podman', 'sarus', 'docker'],
        gpu: { vendor: 'nvidia', minimumCuda: '12.0', memory: GIB },
      },
    }),
  }),
];

for (const [name, over] of Object.entries(RESOURCES)) {
  test(`a resource with other ${name} has a tally of its own, which is that of the rules`, async () => {
    const pace = createPace();
    const tallies = createClassTallies(KNOWN);
    const classes = {
      ...{ of: new Uint32Array(1), needs: NEEDS, aspects: await aspectsOf(MACHINE, NEEDS, pace) },
    };
    const tallied = async (resource: ComputeResource): Promise<number | undefined> =>
      (await tallies.machine(classes, resource, NO_QUESTION, pace))[0];
    const judged = (resource: ComputeResource): number =>
      tallyOf(
        NEEDS.flatMap((needs) => judgeMachine(needs, resource, NO_QUESTION, KNOWN).findings).filter(
          ({ dimension }) => dimension !== 'time' && dimension !== 'locality',
        ),
      );
    assert.equal(await tallied(RESOURCE), judged(RESOURCE));
    const other = { ...RESOURCE, ...over };
    assert.notEqual(judged(other), judged(RESOURCE));
    assert.equal(await tallied(other), judged(other));
  });
}
