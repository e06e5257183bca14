// Nodes as Slurm says them: the answers of version 22.05 (`sinfo --json`), of which the real one is shortened, and of 23.11.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { slurmNodes } from '../../../src/matching/nodes/slurm.ts';
import { nodeType } from '../../support/compute.ts';

const isMicroarchitecture = (name: string): boolean => ['zen3', 'icelake'].includes(name);

const OLD = {
  name: 'node1',
  ...{
    architecture: 'x86_64',
    boards: 1,
    cores: 1,
    cpus: 2,
    features: 'zen3,ib',
    active_features: 'zen3,ib',
  },
  ...{ gres: 'gpu:a100:1', partitions: ['gpu'], real_memory: 20_000, sockets: 2, threads: 1, tres: 'cpu=2' },
};
const NEW = {
  name: 'node2',
  ...{
    architecture: 'aarch64',
    cpus: 72,
    features: ['grace'],
    gres: 'gpu:gh200:4(S:0-1),shard:8',
    partitions: ['gh', 'all'],
  },
  real_memory: 480_000,
};

const read = (nodes: readonly object[], partition: string | null = null) =>
  slurmNodes({ nodes }, partition, isMicroarchitecture);
const gpu = (model: string | null, count: number) => ({
  ...{ vendor: null, model, count, memory: null, driver: null, cuda: null },
});

describe('the nodes of Slurm', () => {
  test('are read from both forms of its answer', () => {
    assert.deepEqual(read([OLD, NEW]), [
      nodeType({
        ...{ count: 1, architecture: 'amd64', microarchitecture: 'zen3', cores: 2 },
        ...{ memory: 20_971_520_000, gpus: [gpu('a100', 1)] },
      }),
      nodeType({
        ...{ count: 1, architecture: 'arm64', cores: 72, memory: 503_316_480_000, gpus: [gpu('gh200', 4)] },
      }),
    ]);
  });

  test('are one kind where they are equal, whatever their names', () => {
    assert.deepEqual(
      read([OLD, { ...OLD, name: 'node3' }, NEW]).map(({ count }) => count),
      [2, 1],
    );
  });

  test('are those of the partition', () => {
    assert.deepEqual(
      read([OLD, NEW], 'all').map(({ cores }) => cores),
      [72],
    );
    assert.deepEqual(read([OLD, NEW], 'none'), []);
  });

  for (const [gres, gpus] of [
    ['gpu:4', [gpu(null, 4)]],
    ['gpu:a100:2,gpu:v100:1(S:0)', [gpu('a100', 2), gpu('v100', 1)]],
    ['gpu:a100', [gpu('a100', 1)]],
    ['gpu:a100:0', []],
    ['', []],
    ['license:matlab:3', []],
    ['gpu:a100:2(S:0,1),nic:1', [gpu('a100', 2)]],
  ] as const) {
    test(`have of ${JSON.stringify(gres)} the GPUs that it says`, () => {
      assert.deepEqual(read([{ ...OLD, gres }])[0]?.gpus, gpus);
    });
  }

  test('have no microarchitecture where their features name none or two', () => {
    assert.equal(read([{ ...OLD, features: 'ib' }])[0]?.microarchitecture, null);
    assert.equal(read([{ ...OLD, features: 'zen3,icelake' }])[0]?.microarchitecture, null);
  });

  test('are not known in what the answer leaves out', () => {
    assert.deepEqual(read([{ name: 'bare' }]), [nodeType({ count: 1 })]);
    assert.deepEqual(read([{ name: 'new', cpus: 0, real_memory: 0 }]), [nodeType({ count: 1 })]);
  });

  test('are refused where the answer is another', () => {
    assert.throws(() => slurmNodes({ sinfo: [] }, null, isMicroarchitecture), { name: 'ZodError' });
  });
});
