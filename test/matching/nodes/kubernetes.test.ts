// Nodes as Kubernetes says them, with the labels of Node Feature Discovery and of GPU Feature Discovery.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { kubernetesNodes } from '../../../src/matching/nodes/kubernetes.ts';
import { nodeType } from '../../support/compute.ts';

const node = (labels: object, allocatable: object = {}) => ({
  metadata: { labels },
  status: { allocatable },
});
const read = (...items: readonly object[]) => kubernetesNodes({ kind: 'List', items });

const GPU_NODE = node(
  {
    'kubernetes.io/arch': 'amd64',
    'feature.node.kubernetes.io/cpu-cpuid.AVX2': 'true',
    'feature.node.kubernetes.io/cpu-cpuid.AVX512F': 'true',
    'feature.node.kubernetes.io/cpu-cpuid.SSE42': 'true',
    'feature.node.kubernetes.io/cpu-cpuid.SHA': 'false',
    'nvidia.com/gpu.product': 'NVIDIA-A100-SXM4-40GB',
    'nvidia.com/gpu.memory': '40960',
    'nvidia.com/cuda.driver.major': '550',
    'nvidia.com/cuda.driver.minor': '54',
    'nvidia.com/cuda.driver.rev': '15',
    'nvidia.com/cuda.runtime.major': '12',
    'nvidia.com/cuda.runtime.minor': '4',
  },
  { cpu: '63500m', memory: '527841Mi', 'nvidia.com/gpu': '4' },
);

describe('the nodes of Kubernetes', () => {
  test('have what they may give, and what labels say', () => {
    assert.deepEqual(read(GPU_NODE), [
      nodeType({
        ...{ count: 1, architecture: 'amd64', features: ['avx2', 'avx512f', 'sse4_2'], cores: 63 },
        memory: 527_841 * 1_048_576,
        gpus: [
          {
            ...{ vendor: 'nvidia', model: 'NVIDIA-A100-SXM4-40GB', count: 4, memory: 40_960 * 1_048_576 },
            ...{ driver: '550.54.15', cuda: '12.4' },
          },
        ],
      }),
    ]);
  });

  test('have the versions of newer labels, which are whole', () => {
    const [one] = read(
      node(
        {
          'nvidia.com/cuda.driver-version.full': '570.86.15',
          'nvidia.com/cuda.runtime-version.full': '12.8',
        },
        { 'nvidia.com/gpu': 1 },
      ),
    );
    assert.deepEqual(
      one?.gpus?.map(({ driver, cuda }) => [driver, cuda]),
      [['570.86.15', '12.8']],
    );
  });

  test('have no GPU that no plugin gives, whatever labels say', () => {
    assert.deepEqual(read(node({ 'nvidia.com/gpu.count': '4' }))[0]?.gpus, []);
    assert.deepEqual(
      read(node({}, { 'amd.com/gpu': '2' }))[0]?.gpus?.map(({ vendor, count }) => [vendor, count]),
      [['amd', 2]],
    );
  });

  test('are one kind where they are equal, and not known in what nobody says', () => {
    assert.deepEqual(read(node({}), node({})), [nodeType({ count: 2, gpus: [] })]);
  });

  test('are refused where the answer is another', () => {
    assert.throws(() => kubernetesNodes({ items: [{ metadata: { labels: { a: 1 } } }] }), {
      name: 'ZodError',
    });
  });
});
