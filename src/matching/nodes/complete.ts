// What federation.yaml says of all nodes of a scheduler, where the scheduler's own answer leaves it out.
import type { ComputeConfig } from '../../config/compute.ts';
import type { NodeGpu, NodeType } from '../../model/compute.ts';
import { fold } from '../../model/fold.ts';
import { vendorOf } from '../rules/gpu.ts';

/** What is said of every node. */
export type EveryNode = NonNullable<ComputeConfig['everyNode']>;

/**
 * The node with each fact that its scheduler did not say and `every` does; what the scheduler said stays. GPUs are completed, never
 * added: the scheduler counts them.
 */
export function completedNode(node: NodeType, every: EveryNode): NodeType {
  const { gpus = [] } = every;
  return {
    ...node,
    architecture: node.architecture ?? every.architecture ?? null,
    microarchitecture: node.microarchitecture ?? every.microarchitecture ?? null,
    glibc: node.glibc ?? every.glibc ?? null,
    cores: node.cores ?? every.cores ?? null,
    memory: node.memory ?? every.memory ?? null,
    gpus: node.gpus?.map((one) => completedGpu(one, gpus)) ?? null,
  };
}

type EveryGpu = NonNullable<EveryNode['gpus']>[number];

/** By the first entry that says it, of those of its model, or of any, but for those of another maker than its own. */
function completedGpu(gpu: NodeGpu, every: readonly EveryGpu[]): NodeGpu {
  const ofModel = every.filter(
    ({ model }) => model === undefined || (gpu.model !== null && fold(model) === fold(gpu.model)),
  );
  const maker = gpu.vendor ?? ofModel.find(({ vendor }) => vendor !== undefined)?.vendor ?? null;
  const own = ofModel.filter(
    ({ vendor }) => vendor === undefined || maker === null || vendorOf(vendor) === vendorOf(maker),
  );
  return {
    ...gpu,
    vendor: maker,
    memory: gpu.memory ?? own.find(({ memory }) => memory !== undefined)?.memory ?? null,
    driver: gpu.driver ?? own.find(({ driver }) => driver !== undefined)?.driver ?? null,
    cuda: gpu.cuda ?? own.find(({ cuda }) => cuda !== undefined)?.cuda ?? null,
  };
}
