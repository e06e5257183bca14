// Compute resources that tests make.
import type { Audience, ComputeResource, NodeType } from '../../src/model/compute.ts';

export const EVERYONE: Audience = { everyone: true, groups: [], sites: [] };

/** A node of which nothing is known, unless said. */
export const nodeType = (over: Partial<NodeType> = {}): NodeType => ({
  ...{ count: null, architecture: null, microarchitecture: null, features: [], glibc: null },
  ...{ cores: null, memory: null, gpus: null },
  ...over,
});

/** A resource for everyone, of which nothing is known, unless said. */
export const computeResource = (over: Partial<ComputeResource> = {}): ComputeResource => {
  const { facility = 'esrf' } = over;
  return {
    ...{ id: `${facility}/cluster`, facility, name: 'Cluster', scheduler: 'slurm', partition: null },
    ...{ engines: [], subuids: null, imageCache: null, ociConf: false, pyxis: false },
    ...{ nodes: [nodeType()], timeLimit: null, fabric: null, mpi: null, readsDataOf: [facility] },
    ...{ visible: EVERYONE, use: EVERYONE, allowsUnverified: true },
    ...over,
  };
};
