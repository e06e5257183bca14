// The compute resources of federation.yaml, with the nodes of a scheduler's answer.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { facilitySchema } from '../../src/config/facility.ts';
import { createResources } from '../../src/matching/resources.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ANSWER = {
  nodes: [{ name: 'n1', architecture: 'x86_64', cpus: 8, features: 'zen3', partitions: ['gpu'] }],
};
const BASE = { id: 'gpu', name: 'GPU', visible: 'everyone', use: 'everyone' };

function resources(
  context: TestContext,
  compute: readonly object[],
  over: object = {},
  answer: string | null = null,
) {
  const baseDirectory = temporaryFolder(context);
  const facility = facilitySchema.parse({
    ...{ id: 'esrf', name: 'ESRF', allowsUnverified: true, compute },
    registries: [{ key: 'main', kind: 'file', url: 'a.yaml', pull: 'registry.esrf.eu' }],
    ...over,
  });
  const made = (): ReturnType<typeof createResources> =>
    createResources(
      { facilities: [facility], baseDirectory },
      { isMicroarchitecture: (name) => name === 'zen3' },
    );
  return answer === null ? made() : writeFile(join(baseDirectory, 'nodes.json'), answer).then(made);
}

describe('compute resources', () => {
  test('have what federation.yaml says, and null for what it does not', async (context) => {
    const [one] = await resources(context, [{ ...BASE, scheduler: 'slurm', nodes: [{ cores: 4 }] }]);
    assert.deepEqual(
      [one?.id, one?.facility, one?.scheduler, one?.partition, one?.timeLimit, one?.mpi, one?.readsDataOf],
      ['esrf/gpu', 'esrf', 'slurm', null, null, null, ['esrf']],
    );
    assert.deepEqual([one?.nodes[0]?.cores, one?.nodes[0]?.memory, one?.nodes[0]?.gpus], [4, null, null]);
  });

  test('have the nodes of their scheduler’s answer, which says how jobs are given to them', async (context) => {
    const compute = [{ ...BASE, kind: 'slurm', file: 'nodes.json', partition: 'gpu' }];
    const [one] = await resources(context, compute, {}, JSON.stringify(ANSWER));
    assert.deepEqual(
      [one?.scheduler, one?.nodes[0]?.cores, one?.nodes[0]?.microarchitecture],
      ['slurm', 8, 'zen3'],
    );
  });

  test('are completed by what holds for every node, GPUs by their model', async (context) => {
    const everyNode = {
      ...{ architecture: 'arm64', glibc: '2.34', cores: 64, memory: '8 GiB' },
      gpus: [
        { vendor: 'NVIDIA', driver: '550.54.15' },
        { model: 'A40', memory: '48 GiB' },
        { model: 'a40', memory: '1 GiB', driver: '1.0' },
        { model: 'h100', cuda: '12.4' },
      ],
    };
    const nodes = [
      { name: 'n1', architecture: 'x86_64', cpus: 8, gres: 'gpu:a40:2', partitions: ['gpu'] },
      { name: 'n2', gres: 'gpu:1', partitions: ['gpu'] },
      { name: 'n3', gres: '', partitions: ['gpu'] },
      { name: 'n4', partitions: ['gpu'] },
    ];
    const compute = [{ ...BASE, kind: 'slurm', file: 'nodes.json', everyNode }];
    const [one] = await resources(context, compute, {}, JSON.stringify({ nodes }));
    const gpu = { vendor: 'nvidia', driver: '550.54.15', cuda: null };
    assert.deepEqual(
      one?.nodes.map(({ architecture, glibc, cores, memory, gpus }) => [
        ...[architecture, glibc, cores, memory],
        gpus,
      ]),
      [
        ['amd64', '2.34', 8, 8 * 2 ** 30, [{ ...gpu, model: 'a40', count: 2, memory: 48 * 2 ** 30 }]],
        ['arm64', '2.34', 64, 8 * 2 ** 30, [{ ...gpu, model: null, count: 1, memory: null }]],
        ['arm64', '2.34', 64, 8 * 2 ** 30, []],
        ['arm64', '2.34', 64, 8 * 2 ** 30, null],
      ],
    );
  });

  test('are completed by nothing that is said of GPUs that another made', async (context) => {
    const everyNode = {
      gpus: [
        { model: 'mi250', vendor: 'amd' },
        { vendor: 'nvidia', memory: '80 GiB', driver: '550.54.15', cuda: '12.4' },
        { vendor: 'AMD', memory: '64 GiB' },
      ],
    };
    const slurm = { nodes: [{ name: 'n1', gres: 'gpu:mi250:4,gpu:h100:4', partitions: [] }] };
    const capacity = { cpu: '8', memory: '8Gi', 'amd.com/gpu': '1', 'nvidia.com/gpu': '1' };
    const kubernetes = {
      items: [{ metadata: { name: 'n1' }, status: { allocatable: capacity, capacity, nodeInfo: {} } }],
    };
    for (const [kind, answer] of Object.entries({ slurm, kubernetes })) {
      const compute = [{ ...BASE, kind, file: 'nodes.json', everyNode }];
      const [one] = await resources(context, compute, {}, JSON.stringify(answer));
      const said = one?.nodes[0]?.gpus?.map(({ vendor, memory, driver, cuda }) =>
        [vendor, (memory ?? 0) / 2 ** 30, driver, cuda].join(' '),
      );
      assert.deepEqual(said?.sort(), ['amd 64  ', 'nvidia 80 550.54.15 12.4']);
    }
  });

  for (const [facility, resource, result] of [
    [true, true, true],
    [true, false, false],
    [false, true, false],
    [false, false, false],
  ] as const) {
    test(`allow unverified images where both do: facility ${facility}, resource ${resource}`, async (context) => {
      const compute = [{ ...BASE, scheduler: 'slurm', nodes: [{}], allowsUnverified: resource }];
      const [one] = await resources(context, compute, { allowsUnverified: facility });
      assert.equal(one?.allowsUnverified, result);
    });
  }

  for (const [name, answer, message] of [
    ['is missing', null, /nodes\.json cannot be read \(ENOENT\)/],
    ['is no JSON', '{', /nodes\.json is not JSON/],
    ['is something else', '{"jobs": []}', /not the answer of slurm at nodes/],
    [
      'has no node of the partition',
      '{"nodes": [{"name": "a", "partitions": ["cpu"]}]}',
      /no node of the partition gpu/,
    ],
  ] as const) {
    test(`are refused where the answer ${name}`, async (context) => {
      const compute = [{ ...BASE, kind: 'slurm', file: 'nodes.json', partition: 'gpu' }];
      await assert.rejects(async () => resources(context, compute, {}, answer), {
        code: 'CONFIG_INVALID',
        at: 'facilities[0].compute[0].file',
        message,
      });
    });
  }
});
