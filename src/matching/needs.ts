// What an image needs of a computer, as its record states it: nothing is guessed, and nothing is judged here.
import type { ImageRecord, Requirements } from '../model/image.ts';

/** An implementation of MPI that the environment of an image names, by the variable that names it. */
export interface StatedMpi {
  readonly product: MpiProduct;
  readonly version: string;
}

/** Implementations of MPI, by the names that people know. */
export const MPI_PRODUCTS = ['Open MPI', 'MPICH', 'MVAPICH', 'Intel MPI', 'Cray MPICH'] as const;
export type MpiProduct = (typeof MPI_PRODUCTS)[number];

/** What an image says of where it runs. An empty list, and null, is what nobody said. */
export interface Needs {
  /** `<os>/<architecture>[/<variant>]`, one for each manifest. */
  readonly platforms: readonly string[];
  /** Architectures or microarchitectures, as the lab writes them, in small letters: any of them will do. */
  readonly architectures: readonly string[];
  readonly cpus: number | null;
  /** Bytes. */
  readonly memory: number | null;
  readonly gpu: Requirements['gpu'];
  /** Version of the GNU C library in it, as the lab writes it. */
  readonly glibc: string | null;
  /** Each value of the environment, of which every platform of the image may have another one. */
  readonly cuda: {
    /** `CUDA_VERSION`: the CUDA that is in the image. */
    readonly versions: readonly string[];
    /** `NVIDIA_REQUIRE_CUDA`. */
    readonly requirements: readonly string[];
    /** Whether any variable says that CUDA is in the image. */
    readonly isThere: boolean;
  };
  /** `ROCM_VERSION`. */
  readonly rocm: readonly string[];
  /** As the lab writes it: `openmpi 4.1.5`. */
  readonly mpi: string | null;
  /** By the environment. */
  readonly environmentMpi: readonly StatedMpi[];
  /** Whether the environment has `MPI_VERSION`, which says no family, and may be the version of the standard. */
  readonly hasUnnamedMpi: boolean;
  /** Container engines, in small letters: any of them will do. */
  readonly engines: readonly string[];
  /** Ids of the formats that it reads. */
  readonly reads: readonly string[];
  /** Ids of techniques. */
  readonly techniques: readonly string[];
}

/** What of a record says where the image runs. */
export type Stating = Pick<ImageRecord, 'platforms' | 'requires' | 'environment' | 'reads' | 'techniques'>;

/** Variables that name an implementation of MPI. */
const MPI_VARIABLES: Readonly<Record<string, MpiProduct>> = {
  OPENMPI_VERSION: 'Open MPI',
  OMPI_VERSION: 'Open MPI',
  MPICH_VERSION: 'MPICH',
  MVAPICH2_VERSION: 'MVAPICH',
};

/** Variables without which no CUDA is known to be in an image. */
const CUDA_VARIABLES: readonly string[] = ['CUDA_VERSION', 'NV_CUDA_CUDART_VERSION', 'NVIDIA_REQUIRE_CUDA'];

/** What an image needs, by its contract or labels (`requires`), its platforms, and the environment that it sets. */
export function needsOf({ platforms, requires, environment, reads, techniques }: Stating): Needs {
  const valuesOf = (name: string): readonly string[] =>
    environment.filter((variable) => variable.name === name).map(({ value }) => value);
  return {
    platforms,
    architectures: requires.architectures,
    cpus: requires.cpus,
    memory: requires.memory,
    gpu: requires.gpu,
    glibc: requires.glibc,
    cuda: {
      versions: valuesOf('CUDA_VERSION'),
      requirements: valuesOf('NVIDIA_REQUIRE_CUDA'),
      isThere: CUDA_VARIABLES.some((name) => valuesOf(name).length > 0),
    },
    rocm: valuesOf('ROCM_VERSION'),
    mpi: requires.mpi,
    environmentMpi: Object.entries(MPI_VARIABLES).flatMap(([name, product]) =>
      valuesOf(name).map((version) => ({ product, version })),
    ),
    hasUnnamedMpi: valuesOf('MPI_VERSION').length > 0,
    engines: requires.engines,
    reads,
    techniques,
  };
}
