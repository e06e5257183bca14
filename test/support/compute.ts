// Compute resources for tests: one of which nobody said anything, with what matters overridden.
import type { Audience, ComputeResource, NodeGpu, NodeType } from '../../src/model/compute.ts';

export const EVERYONE: Audience = Object.freeze({ everyone: true, groups: [], sites: [] });

/** A GPU of which nobody said anything. */
export function nodeGpu(overrides: Partial<NodeGpu> = {}): NodeGpu {
  return { vendor: null, model: null, count: 1, memory: null, driver: null, cuda: null, ...overrides };
}

/** Nodes of which nobody said anything. */
export function nodeType(overrides: Partial<NodeType> = {}): NodeType {
  return {
    ...{ count: null, architecture: null, microarchitecture: null, features: [], glibc: null },
    ...{ cores: null, memory: null, gpus: null },
    ...overrides,
  };
}

/** Slurm of DESY, Maxwell, with one node type; nobody said more. */
export function computeResource(overrides: Partial<ComputeResource> = {}): ComputeResource {
  return {
    ...{ id: 'desy/maxwell', facility: 'desy', name: 'Maxwell', scheduler: 'slurm', partition: null },
    ...{ engines: [], subuids: null, imageCache: null, ociConf: false, pyxis: false },
    ...{ parallelEnvironment: null, memoryResource: null, gpuResource: null },
    ...{ nodes: [nodeType()], timeLimit: null, fabric: null, mpi: null, readsDataOf: [] },
    ...{ visible: EVERYONE, use: EVERYONE, allowsUnverified: true },
    ...overrides,
  };
}

/** The cluster of a facility, ESRF unless said, for everyone and with the facility's own data; nobody said more. */
export const cluster = (overrides: Partial<ComputeResource> = {}): ComputeResource => {
  const { facility = 'esrf' } = overrides;
  return computeResource({
    ...{ id: `${facility}/cluster`, facility, name: 'Cluster', readsDataOf: [facility] },
    ...overrides,
  });
};
