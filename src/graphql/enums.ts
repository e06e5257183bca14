// GraphQL's enumerations and their internal values. Enumerations that are missing here have the same names on both
// sides.
import type { Dimension, Verdict } from '../matching/verdict.ts';
import type { EnginePlace, JobEngine, MpiFamily, Scheduler } from '../model/compute.ts';
import type { DataCatalogKind } from '../model/data-set.ts';
import type { Action } from '../model/decision.ts';
import type { Sharing, Supplier } from '../model/image.ts';
import type { ConditionKind, ConditionOrigin, LicenseState } from '../model/license.ts';
import type { TrustState } from '../model/trust.ts';

type Values<T extends string> = Readonly<Record<string, T>>;

/** The internal value of each of a GraphQL enumeration's values. */
export const enums = {
  Action: { DISCOVER: 'discover', PULL: 'pull', EXECUTE: 'execute' } satisfies Values<Action>,
  Sharing: {
    OPEN: 'open',
    CONDITIONAL: 'conditional',
    NONE: 'none',
    UNKNOWN: 'unknown',
  } satisfies Values<Sharing>,
  Supplier: { STAFF: 'staff', USER: 'user', UNKNOWN: 'unknown' } satisfies Values<Supplier>,
  TrustState: {
    UNKNOWN: 'unknown',
    UNSIGNED: 'unsigned',
    CLAIMED: 'claimed',
    VERIFIED: 'verified',
    FAILED: 'failed',
  } satisfies Values<TrustState>,
  LicenseState: {
    NORMALIZED: 'normalized',
    DECLARED: 'declared',
    UNKNOWN: 'unknown',
  } satisfies Values<LicenseState>,
  LicenseOrigin: {
    FACILITY: 'facility',
    LICENSE: 'license',
    LABEL: 'label',
  } satisfies Values<ConditionOrigin>,
  ConditionKind: {
    ACADEMIC: 'academic',
    NON_COMMERCIAL: 'nonCommercial',
    REGISTERED_GROUP: 'registeredGroup',
    NAMED_USER: 'namedUser',
    SITE: 'site',
    LICENSE_SERVER: 'licenseServer',
    EXPORT_CONTROL: 'exportControl',
  } satisfies Values<ConditionKind>,
  JobEngine: {
    APPTAINER: 'apptainer',
    PODMAN: 'podman',
    DOCKER: 'docker',
    SHIFTER: 'shifter',
    SARUS: 'sarus',
    CHARLIECLOUD: 'charliecloud',
  } satisfies Values<JobEngine>,
  Scheduler: {
    SLURM: 'slurm',
    HTCONDOR: 'htcondor',
    GRIDENGINE: 'gridengine',
    KUBERNETES: 'kubernetes',
  } satisfies Values<Scheduler>,
  EnginePlace: { LOGIN: 'login', COMPUTE: 'compute', BOTH: 'both' } satisfies Values<EnginePlace>,
  Verdict: { YES: 'yes', UNKNOWN: 'unknown', NO: 'no' } satisfies Values<Verdict>,
  Dimension: {
    FORMAT: 'format',
    TECHNIQUE: 'technique',
    ARCHITECTURE: 'architecture',
    CPUS: 'cpus',
    MEMORY: 'memory',
    TIME: 'time',
    GPU: 'gpu',
    ENGINE: 'engine',
    MPI: 'mpi',
    LICENSE: 'license',
    POLICY: 'policy',
    TRUST: 'trust',
    LOCALITY: 'locality',
  } satisfies Values<Dimension>,
  DataCatalogKind: { PANOSC: 'panosc', SCICAT: 'scicat', ICAT: 'icat' } satisfies Values<DataCatalogKind>,
  MpiFamily: { OPENMPI: 'openmpi', MPICH: 'mpich' } satisfies Values<MpiFamily>,
} as const;

/**
 * GraphQL's name of an internal value of a facet, which can be used in a choice unchanged; the value itself where it
 * has none.
 */
export function facetValueName(field: string, value: string): string {
  const values = FACET_ENUMS[field];
  return Object.entries(values ?? {}).find(([, internal]) => internal === value)?.[0] ?? value;
}

const FACET_ENUMS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  CONDITION: enums.ConditionKind,
  TRUST: enums.TrustState,
  SHARING: enums.Sharing,
  SUPPLIED_BY: enums.Supplier,
  MAY: enums.Action,
};
