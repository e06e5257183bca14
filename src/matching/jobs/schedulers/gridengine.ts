// A batch script of Grid Engine: qsub(1), sge_pe(5), complex(5).
import type { ComputeResource } from '../../../model/compute.ts';
import { sh } from '../shell.ts';
import { batchScript } from './body.ts';
import { mebibytes, type WriteJob } from './scheduler.ts';

/** Options stand on lines of `#$`, which qsub reads anywhere in the script: no line of the rest begins so. */
export const writeGridEngine: WriteJob = (plan, { script, needsSignal = false }) => {
  const { name, resource, cpus, memory, time, gpu } = plan;
  const environment = resource.parallelEnvironment;
  const slots = cpus !== null && cpus > 1 && environment !== null ? cpus : 1;
  const options = [
    ...[`-N ${name}`, '-S /bin/bash', '-cwd', '-j y'],
    // SIGUSR2 before SIGKILL, as long before as the queue says, and SIGUSR1 before a job is suspended.
    ...(needsSignal ? ['-notify'] : []),
    ...(resource.partition === null ? [] : [`-q ${resource.partition}`]),
    ...(slots === 1 ? [] : [`-pe ${environment} ${slots}`]),
    ...(memory === null ? [] : [`-l ${memoryRequest(memory, slots, resource)}`]),
    ...(time === null ? [] : [`-l h_rt=${time}`]),
    ...(gpu === null || resource.gpuResource === null ? [] : [`-l ${resource.gpuResource}=1`]),
  ];
  const fileName = `${name}.sge.sh`;
  return {
    fileName,
    text: batchScript('#$', options, plan, needsSignal ? [sh`trap '' USR1`, ...script] : script),
    submit: String(sh`qsub ${fileName}`),
    notes: [
      ...((cpus ?? 1) > slots
        ? [
            `It asks for one slot, for nobody said which parallel environment has several on one node: add \`-pe <name> ${cpus}\`, or state \`parallelEnvironment\` of the resource in federation.yaml.`,
          ]
        : []),
      ...(gpu !== null && resource.gpuResource === null
        ? [
            'It asks for no GPU, for nobody said what Grid Engine calls one there: state `gpuResource` of the resource in federation.yaml.',
          ]
        : []),
    ],
  };
};

/**
 * What is counted is asked for by slot, in KiB and rounded down, for a node whose whole memory is asked for has no more; the free memory
 * of a node is its own, and not counted.
 */
const memoryRequest = (
  memory: number,
  slots: number,
  { memoryResource }: Pick<ComputeResource, 'memoryResource'>,
): string =>
  memoryResource === null
    ? `mem_free=${mebibytes(memory)}M`
    : `${memoryResource}=${Math.max(1, Math.floor(memory / 1_024 / slots))}K`;
