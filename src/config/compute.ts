// `facilities[].compute[]`: where a facility runs jobs, and who may see and use that.
import { z } from 'zod';
import { BOUNDS } from '../model/bounds.ts';
import { ENGINE_PLACES, MPI_FAMILIES, PMIS, SCHEDULERS } from '../model/compute.ts';
import { parseSeconds } from '../model/duration.ts';
import { parseSize } from '../model/size.ts';
import { parseVersionRange } from '../model/version-range.ts';
import { groupSchema, keySchema, nameSchema, pathSchema } from './text.ts';

const word = z.string().trim().min(1).max(BOUNDS.name);

/** An amount, as a whole number or as a text that `parse` reads; the result is the number. */
const amountSchema = (parse: (text: string) => number | null, expected: string) =>
  z
    .union([z.number().int().min(1).max(Number.MAX_SAFE_INTEGER), z.string().max(64)])
    .refine((value) => typeof value === 'number' || parse(value) !== null, { error: `expected ${expected}` })
    .transform((value) => (typeof value === 'number' ? value : (parse(value) ?? 0)));

/** Bytes, as a number or with a unit. */
const sizeSchema = amountSchema(parseSize, 'a number of bytes, or one with a unit, such as 512 GiB');

/** Seconds, as a number or as Slurm writes them. */
const durationSchema = amountSchema(
  parseSeconds,
  'a number of seconds, or days, hours, minutes and seconds, such as 7-00:00:00 or 12:00:00',
);

const EVERYONE = Object.freeze({ everyone: true, groups: [], sites: [] });

/** The people who may see or use a resource. */
const audienceSchema = z
  .union([
    z.literal('everyone'),
    z.strictObject({
      everyone: z.boolean().default(false).describe('true: everyone, whatever the lists say'),
      groups: z
        .array(groupSchema)
        .max(BOUNDS.groups)
        .prefault([])
        .describe('AARC-G069 group URNs; members of any of them'),
      sites: z.array(keySchema).max(64).default([]).describe('Ids of facilities; members of any of them'),
    }),
  ])
  .refine((value) => value === 'everyone' || value.everyone || value.groups.length + value.sites.length > 0, {
    error: 'expected everyone, or at least one group or site',
  })
  .transform((value) => (value === 'everyone' ? EVERYONE : value));

const count = z.number().int().min(1).max(10_000_000);
/** A version as a scheduler's nodes have it: it begins with a digit. */
const versionSchema = z
  .string()
  .max(BOUNDS.version)
  .regex(/^\d[\w.+~-]*$/, 'expected a version such as 2.34, in quotes');

const gpuSchema = z.strictObject({
  vendor: word.toLowerCase().describe('nvidia, amd, intel'),
  model: word.optional().describe('As people call it: A100'),
  count: count.default(1).describe('Of one node'),
  memory: sizeSchema.optional().describe('Of one, in bytes or with a unit: 40 GiB'),
  driver: versionSchema.optional().describe('Version of the kernel’s driver: "550.54.15"'),
  cuda: versionSchema.optional().describe('The newest CUDA that the driver runs: "12.4"'),
});

const nodeSchema = z.strictObject({
  count: count.optional().describe('How many nodes of this kind there are'),
  architecture: word.optional().describe('As OCI writes it: amd64, arm64, ppc64le'),
  microarchitecture: word
    .optional()
    .describe('The name that archspec has for its processors: zen3, cascadelake'),
  features: z
    .array(word)
    .max(512)
    .default([])
    .describe(
      'Features of its processors by the names of Linux, besides those of the microarchitecture: avx2',
    ),
  glibc: versionSchema.optional().describe('Version of the GNU C library: "2.34"'),
  cores: count.optional().describe('Cores of one node'),
  memory: sizeSchema
    .optional()
    .describe('Memory of one node that a job may have, in bytes or with a unit: 512 GiB'),
  gpus: z.array(gpuSchema).max(16).optional().describe('GPUs of one node; [] states that there are none'),
});

/** What may be said of the nodes that a scheduler's answer has, and leaves out. */
const everyNodeSchema = z.strictObject({
  ...nodeSchema.pick({ architecture: true, microarchitecture: true, glibc: true, cores: true, memory: true })
    .shape,
  gpus: z
    .array(gpuSchema.omit({ count: true }).extend({ vendor: gpuSchema.shape.vendor.optional() }))
    .max(16)
    .optional()
    .describe(
      'Of their GPUs; an entry with a `model` of those that the scheduler calls so, one with a `vendor` of none that another made. A node without any gets none by it',
    ),
});

const engineSchema = z.strictObject({
  name: word.describe('apptainer, podman, docker, shifter, sarus, charliecloud'),
  version: versionSchema.optional().describe('As the engine says it: "1.3.4"'),
  where: z
    .enum(ENGINE_PLACES)
    .default('compute')
    .describe('Where it can be called: on login nodes, on compute nodes, or on both'),
});

const mpiSchema = z.strictObject({
  family: z
    .enum(MPI_FAMILIES)
    .describe('openmpi, or mpich with all that have its ABI (Intel MPI, Cray MPICH, MVAPICH)'),
  versions: z
    .string()
    .max(BOUNDS.version)
    .refine((text) => parseVersionRange(text) !== null, {
      error: 'expected a version or comparators, such as ">=4.1 <5"',
    })
    .optional()
    .describe('Which versions of it the host’s works with: ">=4.1 <5"'),
  pmi: z.enum(PMIS).optional().describe('What Slurm’s `--mpi` is given'),
});

/** A name that stands on a line of options of a script. */
const schedulerName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_./-]{0,62}$/, 'expected letters, digits, and any of _ . / -');

/** An entry of a facility's `compute` of federation.yaml; docs/configuration.md lists the keys and defaults. */
export const computeSchema = z
  .strictObject({
    id: keySchema.describe('Names this resource within its facility'),
    name: nameSchema.describe('The name that people know: Maxwell, GPU nodes'),
    kind: z
      .enum(['slurm', 'kubernetes'])
      .optional()
      .describe(
        'Whose answer `file` has: slurm, `scontrol show node --json`; kubernetes, `kubectl get nodes -o json` with the labels of Node Feature Discovery. Default: `nodes` says what there is',
      ),
    file: pathSchema.optional().describe('With `kind`: path of the scheduler’s answer, from this folder'),
    scheduler: z.enum(SCHEDULERS).optional().describe('How jobs are given to it; default: the `kind`'),
    partition: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9_.@-]{0,62}$/, 'expected letters, digits, and any of _ . @ -')
      .optional()
      .describe(
        'Slurm’s partition, the queue of Grid Engine, or the namespace of Kubernetes; with a `file`, nodes of other partitions are left out. Default: the scheduler’s own choice',
      ),
    engines: z
      .array(engineSchema)
      .max(BOUNDS.engines)
      .default([])
      .describe('Container engines that run there; [] says nothing of them'),
    subuids: z
      .boolean()
      .optional()
      .describe('Whether users have subordinate ids (/etc/subuid), which rootless engines need'),
    imageCache: pathSchema.optional().describe('A folder that all nodes share, for images'),
    ociConf: z
      .boolean()
      .default(false)
      .describe('Slurm: whether it has an oci.conf, for `--container`; jobs use an engine of `engines`'),
    pyxis: z
      .boolean()
      .default(false)
      .describe(
        'Slurm: whether it has the plugin pyxis, for `--container-image`; jobs use an engine of `engines`',
      ),
    parallelEnvironment: schedulerName
      .optional()
      .describe('Grid Engine: the parallel environment whose slots are all on one node: smp'),
    memoryResource: schedulerName
      .optional()
      .describe(
        'Grid Engine: the complex that counts the memory of each slot. One that limits the address space, as `h_vmem` does, ends apptainer and podman. Default: jobs ask for a node with so much free (`mem_free`)',
      ),
    gpuResource: schedulerName
      .optional()
      .describe(
        'What Grid Engine’s complex calls a GPU, counted by job (`JOB`), or the device plugin of Kubernetes: gpu, nvidia.com/gpu. Default: Kubernetes, the name of the maker’s plugin; Grid Engine, jobs ask for none',
      ),
    everyNode: everyNodeSchema
      .optional()
      .describe(
        'With a `file`: what holds for each of its nodes where the scheduler does not say it, such as `glibc` and the driver of the GPUs; without it that is not known',
      ),
    nodes: z.array(nodeSchema).max(256).optional().describe('Its nodes, by kind; required without a `file`'),
    timeLimit: durationSchema
      .optional()
      .describe('How long a job may take: seconds, or as Slurm writes it: 7-00:00:00'),
    fabric: word.optional().describe('The network between nodes: infiniband, ethernet, slingshot'),
    mpi: z.array(mpiSchema).max(8).optional().describe('MPI of the host; [] states that there is none'),
    readsDataOf: z
      .array(keySchema)
      .max(64)
      .optional()
      .describe('Ids of the facilities whose data are mounted there; default: its own'),
    visible: audienceSchema.describe('Who may know of it: everyone, or {groups, sites}'),
    use: audienceSchema.describe(
      'Who may send jobs to it: everyone, or {groups, sites}, of those who may know of it',
    ),
    allowsUnverified: z
      .boolean()
      .default(true)
      .describe(
        'Whether images without a verified signature may run there, where the facility allows them; false is stricter than the facility',
      ),
  })
  .refine(({ kind, file }) => (kind === undefined) === (file === undefined), {
    error: '`kind` and `file` belong together',
  })
  .refine(({ kind, nodes }) => (kind === undefined) === (nodes !== undefined && nodes.length > 0), {
    error: 'expected either `nodes`, at least one, or `kind` and `file`',
  })
  .refine(({ kind, everyNode }) => kind !== undefined || everyNode === undefined, {
    error: '`everyNode` completes what a `file` says; state it in `nodes`',
  })
  .refine(({ kind, scheduler }) => kind !== undefined || scheduler !== undefined, {
    error: 'expected a `scheduler`: slurm, htcondor, gridengine or kubernetes',
  });

export type ComputeConfig = z.infer<typeof computeSchema>;
