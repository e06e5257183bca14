// The compute resources of federation.yaml, with the nodes that their scheduler's answer has.
import { z } from 'zod';
import type { ComputeConfig } from '../config/compute.ts';
import { pathText } from '../config/explain.ts';
import type { FacilityConfig } from '../config/facility.ts';
import { readNamedJson } from '../config/named-file.ts';
import type { Report } from '../config/problem.ts';
import type { Config } from '../config/schema.ts';
import type { ComputeResource, NodeType } from '../model/compute.ts';
import { FederationError } from '../model/errors.ts';
import { loadMicroarchitectures } from '../vocabulary/microarchitectures.ts';
import { completedNode } from './nodes/complete.ts';
import { kubernetesNodes } from './nodes/kubernetes.ts';
import { slurmNodes } from './nodes/slurm.ts';

/** Bytes of a scheduler's answer: that of ten thousand nodes has less. */
const ANSWER_BYTES = 67_108_864;

export interface ResourcesOptions {
  /** Whether a feature of a node names its microarchitecture; by default those that archspec has. */
  readonly isMicroarchitecture?: (name: string) => boolean;
  /** What is told of a file that is not a scheduler's answer; by default the first one is thrown. */
  readonly report?: Report;
}

/**
 * The compute resources of all facilities, in the order of federation.yaml, frozen. Relative paths start at its folder.
 * @throws FederationError CONFIG_INVALID for a scheduler's answer that cannot be read, is none, or has no node of the partition
 */
export async function createResources(
  config: Pick<Config, 'facilities' | 'baseDirectory'>,
  { isMicroarchitecture = isOfArchspec, report = refuse }: ResourcesOptions = {},
): Promise<readonly ComputeResource[]> {
  const resources: ComputeResource[] = [];
  for (const [at, facility] of config.facilities.entries()) {
    for (const [index, compute] of facility.compute.entries()) {
      const path = ['facilities', at, 'compute', index, 'file'];
      const nodes = await nodesOf(compute, config.baseDirectory, isMicroarchitecture).catch(
        (error: unknown) => {
          if (!(error instanceof FederationError)) throw error;
          report(path, error.message, error.hint);
          return [];
        },
      );
      resources.push(Object.freeze(resourceOf(facility, compute, nodes)));
    }
  }
  return Object.freeze(resources);
}

const refuse: Report = (path, message, hint) => {
  throw new FederationError('CONFIG_INVALID', message, { at: pathText(path), hint });
};

const isOfArchspec = (name: string): boolean => loadMicroarchitectures().microarchitecture(name) !== null;

async function nodesOf(
  { kind, file, nodes = [], partition, everyNode = {} }: ComputeConfig,
  baseDirectory: string,
  isMicroarchitecture: (name: string) => boolean,
): Promise<readonly NodeType[]> {
  if (kind === undefined || file === undefined) return nodes.map(statedNode);
  const document = await readNamedJson({ path: file, baseDirectory, maxBytes: ANSWER_BYTES }, HINTS[kind]);
  const found = parsed(file, kind, () =>
    kind === 'slurm'
      ? slurmNodes(document, partition ?? null, isMicroarchitecture)
      : kubernetesNodes(document),
  );
  if (found.length > 0) return found.map((node) => completedNode(node, everyNode));
  const where = kind === 'slurm' && partition !== undefined ? ` of the partition ${partition}` : '';
  throw invalid(`${file} has no node${where}`, HINTS[kind]);
}

const HINTS = {
  slurm: 'Write it with: scontrol show node --json, or sinfo --json before Slurm 23.02.',
  kubernetes: 'Write it with: kubectl get nodes -o json.',
} as const;

function parsed<T>(file: string, kind: keyof typeof HINTS, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const [issue] = error.issues;
    const at = issue === undefined ? '' : ` at ${issue.path.join('.')}: ${issue.message}`;
    throw invalid(`${file} is not the answer of ${kind}${at}`, HINTS[kind]);
  }
}

const invalid = (message: string, hint: string | undefined): FederationError =>
  new FederationError('CONFIG_INVALID', message, hint === undefined ? {} : { hint });

type StatedNode = NonNullable<ComputeConfig['nodes']>[number];

const statedNode = ({
  count,
  architecture,
  microarchitecture,
  features,
  glibc,
  cores,
  memory,
  gpus,
}: StatedNode) => ({
  count: count ?? null,
  architecture: architecture ?? null,
  microarchitecture: microarchitecture ?? null,
  features: [...new Set(features)].sort(),
  glibc: glibc ?? null,
  cores: cores ?? null,
  memory: memory ?? null,
  gpus:
    gpus?.map(({ vendor, model, count: each, memory: of, driver, cuda }) => ({
      ...{ vendor, model: model ?? null, count: each },
      ...{ memory: of ?? null, driver: driver ?? null, cuda: cuda ?? null },
    })) ?? null,
});

function resourceOf(
  facility: Pick<FacilityConfig, 'id' | 'allowsUnverified'>,
  compute: ComputeConfig,
  nodes: readonly NodeType[],
): ComputeResource {
  return {
    id: `${facility.id}/${compute.id}`,
    facility: facility.id,
    name: compute.name,
    scheduler: compute.scheduler ?? compute.kind ?? 'slurm',
    partition: compute.partition ?? null,
    engines: compute.engines.map(({ name, version, where }) => ({ name, version: version ?? null, where })),
    subuids: compute.subuids ?? null,
    imageCache: compute.imageCache ?? null,
    ociConf: compute.ociConf,
    pyxis: compute.pyxis,
    parallelEnvironment: compute.parallelEnvironment ?? null,
    memoryResource: compute.memoryResource ?? null,
    gpuResource: compute.gpuResource ?? null,
    nodes,
    timeLimit: compute.timeLimit ?? null,
    fabric: compute.fabric ?? null,
    mpi:
      compute.mpi?.map(({ family, versions, pmi }) => ({
        ...{ family, versions: versions ?? null, pmi: pmi ?? null },
      })) ?? null,
    readsDataOf: compute.readsDataOf ?? [facility.id],
    visible: compute.visible,
    use: compute.use,
    allowsUnverified: facility.allowsUnverified && compute.allowsUnverified,
  };
}
