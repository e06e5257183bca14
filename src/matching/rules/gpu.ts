// Whether a node has the GPU that an image needs.
import type { ComputeResource, NodeGpu, NodeType } from '../../model/compute.ts';
import { fold } from '../../model/fold.ts';
import { sizeText } from '../../model/size.ts';
import type { Needs } from '../needs.ts';
import { areUnanimous, best, listed, no, type Outcome, shown, unknown, worst, yes } from '../verdict.ts';
import { judgeCuda } from './cuda.ts';
import { judgeRequirement } from './cuda-requirement.ts';
import { judgeGlibc } from './glibc.ts';

type GpuNeeds = NonNullable<Needs['gpu']>;
/** What an image needs of a GPU, and what its environment says of one. */
type GpuRelated = Pick<Needs, 'gpu' | 'cuda' | 'rocm'>;
/** Where a GPU is, and how the image gets at it. */
type GpuNode = Pick<NodeType, 'gpus' | 'glibc'>;
type GpuResource = Pick<ComputeResource, 'engines' | 'subuids' | 'scheduler'>;

/** Makers of GPUs, by the names that they have themselves. */
const VENDORS: ReadonlyMap<string, string> = new Map([
  ['nvidia', 'nvidia'],
  ['nvidia corporation', 'nvidia'],
  ['amd', 'amd'],
  ['advanced micro devices', 'amd'],
  ['advanced micro devices, inc.', 'amd'],
  ['intel', 'intel'],
  ['intel corporation', 'intel'],
]);
/** What a lab writes of an image that needs none. */
const NONE = 'none';

const TELL_IMAGE =
  'State in `requires.gpu` of the image which GPU it needs, or that it needs none (`vendor: none`).';
const TELL_NODE = 'State `gpus` of the nodes in federation.yaml.';

/**
 * The dimension `gpu`. An image needs one where `requires.gpu` says so, never by its environment alone: base images have CUDA that
 * no program uses. One GPU of the node must have the vendor, the memory, and, of NVIDIA, the CUDA ({@link judgeCuda},
 * {@link judgeRequirement}); of AMD no version of ROCm is compared, for its drivers and containers have no rule such as NVIDIA's. The
 * engine must get at it ({@link judgeGlibc}).
 */
export function judgeGpu(
  needs: GpuRelated & Pick<Needs, 'glibc' | 'engines'>,
  node: GpuNode,
  resource: GpuResource,
): Outcome {
  const { gpu } = needs;
  const { gpus } = node;
  if (gpu === null) return judgeUnsaid(needs, gpus);
  if (fold(gpu.vendor) === NONE) return yes('GPU_NOT_NEEDED', 'The image says that it needs no GPU.');
  if (gpus === null)
    return unknown(
      'GPUS_OF_NODE_NOT_SAID',
      `The image needs a GPU of ${shown(gpu.vendor)}; nobody said which GPUs the nodes have.`,
      TELL_NODE,
    );
  const bound = judgeGlibc(needs, node, resource);
  const outcome = best(gpus.map((one) => judgeOne(needs, gpu, one, bound)));
  return (
    outcome ??
    no(
      'NODE_WITHOUT_GPU',
      `The image needs a GPU of ${shown(gpu.vendor)}; the nodes have none.`,
      'Use nodes with such a GPU.',
    )
  );
}

/** The outcome for an image of which nobody said that it needs a GPU. */
function judgeUnsaid(needs: GpuRelated, gpus: NodeType['gpus']): Outcome {
  const isRocm = needs.rocm.length > 0;
  if (!needs.cuda.isThere && !isRocm)
    return unknown('GPU_NOT_SAID', 'Nobody said whether the image needs a GPU.', TELL_IMAGE);
  const software = needs.cuda.isThere
    ? `CUDA${needs.cuda.versions.length === 0 ? '' : ` ${listed(needs.cuda.versions)}`}`
    : `ROCm ${listed(needs.rocm)}`;
  const unsaid = `The image has ${software} in its environment; nobody said that it needs a GPU`;
  if (gpus === null || gpus.length === 0)
    return unknown(
      needs.cuda.isThere ? 'CUDA_WITHOUT_GPU' : 'ROCM_WITHOUT_GPU',
      `${unsaid}, and ${gpus === null ? 'nobody said that the nodes have one' : 'the nodes have none'}.`,
      TELL_IMAGE,
    );
  if (!needs.cuda.isThere) return unknown('ROCM_NEED_NOT_SAID', `${unsaid}.`, TELL_IMAGE);
  const nvidia = gpus.filter(({ vendor }) => vendor !== null && vendorOf(vendor) === 'nvidia');
  const outcome = best(nvidia.map((one) => judgeCudaOf(needs, null, one)));
  return unknown(
    'CUDA_NEED_NOT_SAID',
    `${unsaid}. ${outcome?.message ?? 'No GPU of the nodes is known to be of NVIDIA.'}`,
    TELL_IMAGE,
  );
}

/** Says the first of what is worst, so that a reason is one that matters. */
function judgeOne(needs: GpuRelated, gpu: GpuNeeds, has: NodeGpu, bound: Outcome | undefined): Outcome {
  const outcomes = [judgeVendor(gpu, has), judgeGpuMemory(gpu, has)];
  if (vendorOf(gpu.vendor) === 'nvidia') outcomes.push(judgeCudaOf(needs, gpu.minimumCuda, has));
  if (bound !== undefined) outcomes.push(bound);
  const outcome = worst(outcomes);
  if (outcome !== undefined && outcome.verdict !== 'yes') return outcome;
  return yes('GPU_FITS', outcomes.map(({ message }) => message).join(' '));
}

/** The maker of a GPU as panfed writes it: `nvidia`, `amd`, `intel`, or what was written, folded; `none`: no GPU is needed. */
export const vendorOf = (vendor: string): string => VENDORS.get(fold(vendor)) ?? fold(vendor);
const isKnown = (vendor: string): boolean => VENDORS.has(fold(vendor));

function judgeVendor({ vendor }: GpuNeeds, has: NodeGpu): Outcome {
  const needs = `The image needs a GPU of ${shown(vendor)}`;
  if (has.vendor === null)
    return unknown('GPU_VENDOR_OF_NODE_NOT_SAID', `${needs}; nobody said who makes the nodes'.`, TELL_NODE);
  if (vendorOf(vendor) === vendorOf(has.vendor))
    return yes('GPU_VENDOR_SAME', `${needs}, and the nodes have ${shown(has.model ?? 'such a one')}.`);
  if (isKnown(vendor) && isKnown(has.vendor))
    return no(
      'GPU_VENDOR_OTHER',
      `${needs}; the nodes' is of ${shown(has.vendor)}.`,
      'Use nodes with such a GPU.',
    );
  return unknown(
    'GPU_VENDOR_UNKNOWN',
    `${needs}; whether the nodes', of ${shown(has.vendor)}, is one is not known.`,
    TELL_IMAGE,
  );
}

function judgeGpuMemory({ memory }: GpuNeeds, has: NodeGpu): Outcome {
  if (memory === null)
    return unknown(
      'GPU_MEMORY_NOT_SAID',
      `Nobody said how much memory of a GPU the image needs${has.memory === null ? '' : `; the nodes' has ${sizeText(has.memory)}`}.`,
      'State `requires.gpu.memory` of the image.',
    );
  const needs = `The image needs a GPU with ${sizeText(memory)}`;
  if (has.memory === null)
    return unknown(
      'GPU_MEMORY_OF_NODE_NOT_SAID',
      `${needs}; nobody said how much the nodes' has.`,
      'State `memory` of the GPUs in federation.yaml.',
    );
  if (has.memory < memory)
    return no(
      'GPU_MEMORY_TOO_SMALL',
      `${needs}; the nodes' has ${sizeText(has.memory)}.`,
      'Use nodes with a larger GPU.',
    );
  return yes('GPU_MEMORY_ENOUGH', `${needs}, and the nodes' has ${sizeText(has.memory)}.`);
}

/** What is stated must hold; of the environment's values, of which each is one platform's, nobody knows which is this one's. */
function judgeCudaOf({ cuda }: GpuRelated, minimumCuda: string | null, has: NodeGpu): Outcome {
  const stated = minimumCuda === null ? [] : [judgeCuda(minimumCuda, has)];
  const versions = ofPlatforms(cuda.versions.map((version) => judgeCuda(version, has)));
  const requirements = ofPlatforms(
    cuda.requirements.map((requirement) => requirementOutcome(requirement, has)),
  );
  return (
    worst([...stated, ...versions, ...requirements]) ??
    unknown(
      'CUDA_NOT_SAID',
      'Nobody said which CUDA the image needs.',
      'State `requires.gpu.minimumCuda` of the image.',
    )
  );
}

/** One outcome of those of an image's platforms; none of none. */
function ofPlatforms(outcomes: readonly Outcome[]): readonly Outcome[] {
  const [first] = outcomes;
  if (first === undefined) return [];
  if (areUnanimous(outcomes)) return [first];
  return [
    unknown(
      'CUDA_PLATFORMS_DIFFER',
      `The image's platforms have several environments, and which is meant is not known: ${worst(outcomes)?.message}`,
      'Publish the image with one CUDA on all platforms.',
    ),
  ];
}

function requirementOutcome(requirement: string, has: NodeGpu): Outcome {
  const asks = `The image has NVIDIA_REQUIRE_CUDA="${shown(requirement)}"`;
  const node = `driver ${shown(has.driver ?? 'not said')}, CUDA ${shown(has.cuda ?? 'not said')}`;
  switch (judgeRequirement(requirement, has)) {
    case 'yes':
      return yes('CUDA_REQUIREMENT_MET', `${asks}, which the nodes meet (${node}).`);
    case 'no':
      return no(
        'CUDA_REQUIREMENT_NOT_MET',
        `${asks}, which the nodes do not meet (${node}), so that NVIDIA's container runtime does not start it.`,
        'Use nodes with a newer driver, or an image with an older CUDA.',
      );
    case 'unknown':
      return unknown(
        'CUDA_REQUIREMENT_UNKNOWN',
        `${asks}; whether the nodes meet it is not known (${node}).`,
        'State `driver` and `cuda` of the GPUs in federation.yaml.',
      );
  }
}
