// Arbitrary images, resources and questions of few values each, so that they meet.
import type { Stating } from '../../../src/matching/needs.ts';
import type { Question } from '../../../src/matching/question.ts';
import {
  type ComputeResource,
  ENGINE_PLACES,
  JOB_ENGINES,
  type NodeGpu,
  type NodeType,
  SCHEDULERS,
} from '../../../src/model/compute.ts';
import type { EnvironmentVariable, Requirements } from '../../../src/model/image.ts';
import { computeResource } from '../../support/compute.ts';
import fc from '../../support/fast-check.ts';

const GIB = 2 ** 30;

/** What a lab may write: words that mean something, words that do not, and what would move a cursor. */
const HOSTILE = ['', ' ', '\u001b[2J', 'a\u202eb', 'x'.repeat(5_000), '…', 'constructor', '__proto__'];
const said = (...words: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...words) },
    { weight: 1, arbitrary: fc.constantFrom(...HOSTILE) },
  );

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { freq: 3 });
const some = (arbitrary: fc.Arbitrary<string>, maxLength = 2): fc.Arbitrary<string[]> =>
  fc.uniqueArray(arbitrary, { maxLength });

const architecture = said('amd64', 'arm64', 'ppc64le', 's390x', 'x86_64');
const microarchitecture = said(
  ...['zen2', 'zen3', 'zen4', 'haswell', 'westmere', 'cascadelake', 'x86_64_v2', 'x86_64_v3', 'x86_64'],
  ...['a64fx', 'neoverse_v1', 'power8le', 'power9le', 'milan'],
);
const platform = said(
  ...['linux/amd64', 'linux/amd64/v3', 'linux/arm64', 'linux/arm64/v8', 'linux/386', 'windows/amd64'],
  ...['unknown/unknown', 'linux/ppc64le/power9', 'linux/amd64/v9'],
);
const cuda = said('9.0', '10.2', '11.0', '11.8', '12.2', '12.4', '12.4.1', '13.0', '14.1');
const driver = said(
  '396.26',
  '418.39',
  '450.51.06',
  '450.80.02',
  '470.57.02',
  '525.60.13',
  '535.104.05',
  '580.65.06',
);
const requirement = said(
  ...['cuda>=12.4', 'cuda>=11.0 driver>=535', 'cuda>=12.4 brand=tesla,driver>=470,driver<471', 'arch>=7.0'],
  ...['driver!=470.57.02', 'cuda<12', 'cuda=>11', 'brand', ''],
);
// Mostly of NVIDIA, so that the rest of a GPU is what matters.
const vendor = said(...Array<string>(8).fill('nvidia'), 'NVIDIA', 'amd', 'intel', 'none', 'any');
const bytes = fc.constantFrom(GIB, 16 * GIB, 40 * GIB, 80 * GIB);
const count = fc.constantFrom(1, 8, 64, 65);
const mpiVersion = said('4', '4.1', '4.1.5', '5.0.3', '3.0.4', '2021.9');
const mpi = fc.oneof(
  said('none', 'mpi', 'Open MPI', 'MPICH', 'HPC-X 2.18', 'Intel MPI 2021.9'),
  fc
    .tuple(fc.constantFrom('openmpi', 'mpich', 'mvapich2', 'cray-mpich'), mpiVersion)
    .map((words) => words.join(' ')),
);
const format = said('HDF5', 'NeXus', 'NXtomo', 'TIFF', 'CXI');
const technique = said('PaNET01188', 'PaNET01124', 'PaNET00200', 'PaNET01203');
const engine = said(...JOB_ENGINES, 'singularity', 'enroot', 'oci');

const glibc = maybe(said('2.17', '2.28', '2.34', '2.35'));

const gpuNeeds: fc.Arbitrary<Requirements['gpu']> = maybe(
  fc.record({ vendor, minimumCuda: maybe(cuda), memory: maybe(bytes) }),
);

const variable = (name: string, value: fc.Arbitrary<string>): fc.Arbitrary<EnvironmentVariable[]> =>
  fc.uniqueArray(value, { maxLength: 2 }).map((values) => values.map((one) => ({ name, value: one })));

export const environment: fc.Arbitrary<EnvironmentVariable[]> = fc
  .tuple(
    variable('CUDA_VERSION', cuda),
    variable('NVIDIA_REQUIRE_CUDA', requirement),
    variable('ROCM_VERSION', fc.constant('6.1')),
    variable('OPENMPI_VERSION', mpiVersion),
    variable('MPICH_VERSION', mpiVersion),
    variable('MVAPICH2_VERSION', mpiVersion),
    variable('MPI_VERSION', mpiVersion),
  )
  .map((variables) => variables.flat());

export const requirements: fc.Arbitrary<Requirements> = fc.record({
  architectures: some(fc.oneof(architecture, microarchitecture)),
  cpus: maybe(count),
  memory: maybe(bytes),
  gpu: gpuNeeds,
  mpi: maybe(mpi),
  engines: some(engine),
  glibc,
});

export const image: fc.Arbitrary<Stating> = fc.record({
  platforms: some(platform),
  requires: requirements,
  environment,
  reads: some(format),
  techniques: some(technique),
});

const nodeGpu: fc.Arbitrary<NodeGpu> = fc.record({
  vendor: maybe(vendor),
  model: maybe(said('A100')),
  count: fc.constant(1),
  memory: maybe(bytes),
  driver: maybe(driver),
  cuda: maybe(cuda),
});

const node: fc.Arbitrary<NodeType> = fc.record({
  count: fc.constant(null),
  architecture: maybe(architecture),
  microarchitecture: maybe(microarchitecture),
  features: some(said('rdrand', 'adx', 'avx512f', 'sse3'), 3),
  glibc,
  cores: maybe(count),
  memory: maybe(bytes),
  gpus: maybe(fc.array(nodeGpu, { maxLength: 2 })),
});

/** A resource with up to so many node types. */
export const resource = (nodes: number): fc.Arbitrary<ComputeResource> =>
  fc
    .record({
      scheduler: fc.constantFrom(...SCHEDULERS),
      engines: fc.array(
        fc.record({ name: engine, version: maybe(said('1.3.4')), where: fc.constantFrom(...ENGINE_PLACES) }),
        { maxLength: 3 },
      ),
      subuids: maybe(fc.boolean()),
      nodes: fc.array(node, { minLength: 1, maxLength: nodes }),
      timeLimit: maybe(fc.constantFrom(60, 3_600)),
      mpi: maybe(
        fc.array(
          fc.record({
            family: fc.constantFrom('openmpi' as const, 'mpich' as const),
            versions: maybe(said('>=4.1 <5', '>=4.1.2', '5', '4.1', '>=3.1')),
            pmi: fc.constant(null),
          }),
          { maxLength: 2 },
        ),
      ),
      readsDataOf: some(said('desy', 'esrf')),
      name: said('Maxwell'),
    })
    .map(computeResource);

export const question: fc.Arbitrary<Question> = fc.record({
  formats: maybe(fc.uniqueArray(format, { maxLength: 3 })),
  techniques: maybe(fc.uniqueArray(technique, { maxLength: 3 })),
  size: maybe(bytes),
  path: maybe(said('/data/visitor')),
  facility: maybe(said('desy', 'esrf', 'psi')),
  cpus: maybe(count),
  memory: maybe(bytes),
  time: maybe(fc.constantFrom(60, 3_600, 7_200)),
});
