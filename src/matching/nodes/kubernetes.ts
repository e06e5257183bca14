// The nodes of a cluster as Kubernetes says it: `kubectl get nodes -o json`, with the labels of Node Feature Discovery and of
// NVIDIA's GPU Feature Discovery where they are.
// https://kubernetes-sigs.github.io/node-feature-discovery/stable/usage/features.html
// https://github.com/NVIDIA/k8s-device-plugin/tree/main/docs/gpu-feature-discovery
import { z } from 'zod';
import type { NodeGpu, NodeType } from '../../model/compute.ts';
import { kindsOf } from './kinds.ts';
import { parseQuantity } from './quantity.ts';

const quantity = z.union([z.string().max(64), z.number()]).transform(String);

const nodeSchema = z.object({
  metadata: z.object({ labels: z.record(z.string(), z.string().max(256)).default({}) }),
  status: z.object({ allocatable: z.record(z.string(), quantity).default({}) }).prefault({}),
});

export const kubernetesSchema = z.object({ items: z.array(nodeSchema).max(100_000) });

const CPUID = 'feature.node.kubernetes.io/cpu-cpuid.';

/**
 * Features whose name in x86's manuals, which Node Feature Discovery has, is not that of Linux in small letters. Others that
 * differ are not known under the name of Linux, and so not missing.
 */
const LINUX_NAMES: Readonly<Record<string, string>> = {
  SSE3: 'pni',
  SSE4: 'sse4_1',
  SSE42: 'sse4_2',
  FMA3: 'fma',
  AESNI: 'aes',
  CX16: 'cx16',
  AVX512VNNI: 'avx512_vnni',
  AVX512BF16: 'avx512_bf16',
};

/**
 * The kinds of nodes of a cluster, by the parsed JSON of `kubectl get nodes --output json`, of at most 100,000 nodes. Cores, memory and
 * GPUs are the allocatable ones: without a resource of a device plugin there is no GPU. What else no label says is not known. Throws
 * ZodError for another document.
 */
export function kubernetesNodes(document: unknown): readonly NodeType[] {
  const { items } = kubernetesSchema.parse(document);
  return kindsOf(
    items.map(({ metadata: { labels }, status: { allocatable } }) => {
      const cores = parseQuantity(allocatable.cpu ?? '');
      return {
        architecture: labels['kubernetes.io/arch'] ?? null,
        microarchitecture: null,
        features: featuresOf(labels),
        glibc: null,
        cores: cores === null ? null : Math.floor(cores) || null,
        memory: Math.floor(parseQuantity(allocatable.memory ?? '') ?? 0) || null,
        gpus: gpusOf(labels, allocatable),
      };
    }),
  );
}

const featuresOf = (labels: Readonly<Record<string, string>>): readonly string[] =>
  Object.keys(labels)
    .filter((name) => name.startsWith(CPUID) && labels[name] === 'true')
    .map((name) => name.slice(CPUID.length))
    .map((name) => LINUX_NAMES[name] ?? name.toLowerCase())
    .sort();

/** By the resource that a device plugin gives, such as `nvidia.com/gpu`. */
const PLUGINS: Readonly<Record<string, string>> = {
  'nvidia.com/gpu': 'nvidia',
  'amd.com/gpu': 'amd',
  'gpu.intel.com/i915': 'intel',
  'gpu.intel.com/xe': 'intel',
};

function gpusOf(
  labels: Readonly<Record<string, string>>,
  allocatable: Readonly<Record<string, string>>,
): readonly NodeGpu[] {
  return Object.entries(PLUGINS).flatMap(([resource, vendor]) => {
    const count = Math.floor(parseQuantity(allocatable[resource] ?? '0') ?? 0);
    if (count === 0) return [];
    const nvidia = vendor === 'nvidia';
    const mebibytes = nvidia ? Number(labels['nvidia.com/gpu.memory']) : Number.NaN;
    return [
      {
        ...{ vendor, count },
        model: nvidia ? (labels['nvidia.com/gpu.product'] ?? null) : null,
        memory: Number.isSafeInteger(mebibytes) && mebibytes > 0 ? mebibytes * 1_048_576 : null,
        driver: nvidia ? joined(labels, 'nvidia.com/cuda.driver', ['major', 'minor', 'rev']) : null,
        cuda: nvidia ? joined(labels, 'nvidia.com/cuda.runtime', ['major', 'minor']) : null,
      },
    ];
  });
}

/** `<prefix>-version.full`, or `<prefix>.major`, `.minor` … with points between them; null: the first of them is missing. */
function joined(
  labels: Readonly<Record<string, string>>,
  prefix: string,
  parts: readonly string[],
): string | null {
  const full = labels[`${prefix}-version.full`];
  if (full !== undefined) return full;
  const values = parts.map((part) => labels[`${prefix}.${part}`] ?? '').filter((value) => value !== '');
  return values.length === 0 ? null : values.join('.');
}
