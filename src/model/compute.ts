// Compute resources: where a facility runs jobs, as it says so in federation.yaml or its scheduler does. null is what nobody said;
// an empty list is that there is none, but for `engines`.

/** How jobs are given to a resource. */
export const SCHEDULERS = ['slurm', 'htcondor', 'gridengine', 'kubernetes'] as const;
export type Scheduler = (typeof SCHEDULERS)[number];

/** Container engines for which jobs are written. */
export const JOB_ENGINES = ['apptainer', 'podman', 'docker', 'shifter', 'sarus', 'charliecloud'] as const;
export type JobEngine = (typeof JOB_ENGINES)[number];

/** Where an engine is there to be called. */
export const ENGINE_PLACES = ['login', 'compute', 'both'] as const;
export type EnginePlace = (typeof ENGINE_PLACES)[number];

/** Implementations of MPI whose libraries replace each other: an MPICH program runs with those of its ABI initiative. */
export const MPI_FAMILIES = ['openmpi', 'mpich'] as const;
export type MpiFamily = (typeof MPI_FAMILIES)[number];

/** How a scheduler starts the processes of an MPI program: what `srun --mpi=` is given. */
export const PMIS = ['pmi2', 'pmix', 'cray_shasta'] as const;
export type Pmi = (typeof PMIS)[number];

export interface ResourceEngine {
  /** One of {@link JOB_ENGINES}, or another one, for which no job is written. */
  readonly name: string;
  /** As the engine says it: `1.3.4`; null: nobody said. */
  readonly version: string | null;
  readonly where: EnginePlace;
}

export interface ResourceMpi {
  readonly family: MpiFamily;
  /** A range of versions, as `>=4.1 <5`; null: any. */
  readonly versions: string | null;
  readonly pmi: Pmi | null;
}

export interface NodeGpu {
  /** `nvidia`, `amd`, `intel` …, in small letters; null: nobody said. */
  readonly vendor: string | null;
  /** As people call it: `A100`; null: nobody said. */
  readonly model: string | null;
  /** How many one node has. */
  readonly count: number;
  /** Bytes of one; null: nobody said. */
  readonly memory: number | null;
  /** Version of the kernel's driver, `550.54.15`; null: nobody said. */
  readonly driver: string | null;
  /** The newest CUDA that the driver runs, `12.4`; null: nobody said. */
  readonly cuda: string | null;
}

/** Nodes of one kind: a job runs on one of them. */
export interface NodeType {
  /** How many there are; null: nobody said. */
  readonly count: number | null;
  /** As OCI writes it: `amd64`, `arm64`, `ppc64le`; null: nobody said. */
  readonly architecture: string | null;
  /** The name that archspec has for it: `zen3`, `cascadelake`; null: nobody said. */
  readonly microarchitecture: string | null;
  /** Features of the processor by the names of Linux (`avx2`), besides those of the microarchitecture; sorted. */
  readonly features: readonly string[];
  /** Version of the GNU C library; null: nobody said. */
  readonly glibc: string | null;
  /** How many one node has; null: nobody said. */
  readonly cores: number | null;
  /** Bytes of one node that a job may have; null: nobody said. */
  readonly memory: number | null;
  /** null: nobody said. */
  readonly gpus: readonly NodeGpu[] | null;
}

/** The people who may see or use a resource: everyone, or whoever is in one of the groups or is a member of one of the sites. */
export interface Audience {
  readonly everyone: boolean;
  /** AARC-G069 URNs, canonical. */
  readonly groups: readonly string[];
  /** Ids of facilities. */
  readonly sites: readonly string[];
}

export interface ComputeResource {
  /** `<facility>/<id of federation.yaml>`. */
  readonly id: string;
  readonly facility: string;
  readonly name: string;
  readonly scheduler: Scheduler;
  /** Slurm's partition, the queue of Grid Engine or the namespace of Kubernetes; null: the scheduler's own choice. */
  readonly partition: string | null;
  /** Empty: nobody said. */
  readonly engines: readonly ResourceEngine[];
  /** Whether users have subordinate ids, which rootless engines need; null: nobody said. */
  readonly subuids: boolean | null;
  /** A folder that all nodes share, for images; null: none is known. */
  readonly imageCache: string | null;
  /** Whether Slurm has an oci.conf, so that `--container` runs a bundle. */
  readonly ociConf: boolean;
  /** Whether Slurm has the plugin pyxis, so that `--container-image` runs an image. */
  readonly pyxis: boolean;
  /** Grid Engine: the parallel environment whose slots are all on one node; null: none is known. */
  readonly parallelEnvironment: string | null;
  /** Grid Engine: the complex that counts the memory of each slot; null: none is known. */
  readonly memoryResource: string | null;
  /** What Grid Engine's complex, or the device plugin of Kubernetes, calls a GPU; null: not known, or the plugin's own name. */
  readonly gpuResource: string | null;
  /** At least one. */
  readonly nodes: readonly NodeType[];
  /** Seconds that a job may take; null: nobody said. */
  readonly timeLimit: number | null;
  /** The network between nodes, `infiniband`; null: nobody said. */
  readonly fabric: string | null;
  /** null: nobody said. */
  readonly mpi: readonly ResourceMpi[] | null;
  /** Ids of the facilities whose data are mounted there. */
  readonly readsDataOf: readonly string[];
  readonly visible: Audience;
  readonly use: Audience;
  /** Whether images without a verified signature may run there: the stricter of what resource and facility say. */
  readonly allowsUnverified: boolean;
}
