// The sample of the match benchmark: images of about a thousand frameworks, and fifty compute resources over the nine labs.
import type { ComputeConfig } from '../src/config/compute.ts';
import type { Config } from '../src/config/schema.ts';
import { built } from './built.ts';
import { type Entry, sampleConfig } from './sample.ts';

const { computeSchema } = await built<typeof import('../src/config/compute.ts')>('config/compute');

/** Frameworks that are made of each of the catalogs' own. */
const FAMILIES = 8;
const RESOURCES = 50;
const MICROARCHITECTURES = ['zen3', 'cascadelake', 'haswell', 'icelake', 'zen4'] as const;
const GPUS = [
  { vendor: 'nvidia', model: 'A100', count: 4, memory: '40 GiB', driver: '550.54.15', cuda: '12.4' },
  { vendor: 'nvidia', model: 'V100', count: 2, memory: '16 GiB', driver: '470.82.01', cuda: '11.4' },
  { vendor: 'amd', model: 'MI250', count: 4, memory: '64 GiB' },
] as const;
const MPI = [
  { family: 'openmpi', versions: '>=4.1 <5', pmi: 'pmix' },
  { family: 'mpich', versions: '>=3.4', pmi: 'pmi2' },
] as const;

/** As {@link sampleConfig}, with frameworks and requirements that differ, and with compute resources. */
export async function matchConfig(demo: Config, images: number, folder: string): Promise<Config> {
  const config = await sampleConfig(demo, images, folder, { vary });
  const facilities = config.facilities.map((facility, index) => ({
    ...facility,
    compute: Array.from({ length: RESOURCES }, (_, number) => number)
      .filter((number) => number % config.facilities.length === index)
      .map((number) => resource(number, facility.id)),
  }));
  return { ...config, facilities };
}

function vary(entry: Entry, round: number): Entry {
  const { frameworks, requires } = entry;
  const family = round % FAMILIES;
  const memory = 2 ** (32 + (round % 5));
  return {
    ...entry,
    frameworks: ((frameworks ?? []) as readonly { readonly name: string }[]).map((framework) => ({
      ...framework,
      name: family === 0 ? framework.name : `${framework.name} ${family}`,
    })),
    requires: { ...(requires as object | undefined), memory },
  };
}

const at = <T>(values: readonly T[], number: number): T => values[number % values.length] as T;

function resource(number: number, facility: string): ComputeConfig {
  const node = (size: number) => ({
    ...{ count: 10, architecture: number % 11 === 10 ? 'arm64' : 'amd64', glibc: '2.34' },
    ...(number % 11 !== 10 && { microarchitecture: at(MICROARCHITECTURES, number) }),
    ...{ cores: 16 << size, memory: `${64 << size} GiB`, gpus: number % 4 === 3 ? [] : [at(GPUS, number)] },
  });
  return computeSchema.parse({
    ...{ id: `cluster-${number}`, name: `Cluster ${number}`, scheduler: at(['slurm', 'htcondor'], number) },
    engines: [{ name: at(['apptainer', 'podman', 'docker'], number), version: '1.3.4' }],
    nodes: [node(number % 3), node((number % 3) + 1)],
    ...{ timeLimit: 3_600 * (1 + number), mpi: number % 3 === 2 ? [] : [at(MPI, number)] },
    ...{ readsDataOf: [facility], visible: 'everyone', use: 'everyone' },
    allowsUnverified: number % 2 === 0,
  });
}
