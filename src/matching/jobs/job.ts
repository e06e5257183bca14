// The job that runs an image at a resource, or why there is none.
import type { ComputeResource, JobEngine, NodeType, Scheduler } from '../../model/compute.ts';
import type { ImageRecord } from '../../model/image.ts';
import { isPinnedReference } from '../../model/image-reference.ts';
import { architectureOf, isMixed } from '../nodes/architectures.ts';
import type { Question } from '../question.ts';
import { vendorOf } from '../rules/gpu.ts';
import { MPI_FAMILY_OF, readMpi } from '../rules/mpi-name.ts';
import { type Finding, shown } from '../verdict.ts';
import { ENGINES } from './engines/engines.ts';
import {
  isBindable,
  type JobImage,
  type JobPlan,
  type JobRequest,
  jobName,
  NoJob,
  withoutSlashes,
} from './plan.ts';
import { writeKubernetes } from './schedulers/kubernetes.ts';
import type { JobFile } from './schedulers/scheduler.ts';
import { SCHEDULERS } from './schedulers/schedulers.ts';

export interface Job extends JobFile {
  readonly scheduler: Scheduler;
  /** null: the runtime of the cluster. */
  readonly engine: JobEngine | null;
}

/** An image at a resource, as it was judged. */
export interface Runnable {
  readonly image: Pick<ImageRecord, 'reference' | 'digest' | 'manifests' | 'requires'>;
  /** The framework's name. */
  readonly framework: string;
  readonly resource: ComputeResource;
  /** The kind of node for which it was judged. */
  readonly node: NodeType;
  readonly question: Question;
  readonly findings: readonly Finding[];
  /** Whether the policies allow the caller to run it there. */
  readonly mayRun: boolean;
  /** The engines that a job may be written for. */
  readonly engines: readonly JobEngine[];
}

/**
 * The job: only where the caller may run the image there, no finding is no, and its digest is known. Never throws for a request as
 * {@link JobRequest} says.
 */
export function jobOf(runnable: Runnable, request: JobRequest): Job | NoJob {
  const { resource, findings, mayRun, engines } = runnable;
  const against = findings.find(({ verdict }) => verdict === 'no');
  if (against !== undefined)
    return new NoJob([against.message, against.remedy].filter((text) => text !== null).join(' '));
  if (!mayRun) return new NoJob('The policies do not allow you to run it there.');
  if (request.scheduler !== null && request.scheduler !== resource.scheduler)
    return new NoJob(
      `Jobs are given to ${shown(resource.name)} by ${resource.scheduler}, not by ${request.scheduler}.`,
    );
  const image = imageOf(runnable);
  if (image instanceof NoJob) return image;
  const plan = planOf(runnable, request, image);
  if (resource.scheduler === 'kubernetes') return ofKubernetes(plan, request);
  if (request.engine !== null && !engines.includes(request.engine))
    return new NoJob(
      `${shown(resource.name)} is not known to run the image with ${request.engine}${engines.length === 0 ? '' : `; it does with ${engines.join(', ')}`}.`,
    );
  const wanted = request.engine === null ? engines : [request.engine];
  return (
    firstOf(wanted, plan) ??
    new NoJob(`No engine of ${shown(resource.name)} is known for which a job can be written.`)
  );
}

/** By the first engine that can run the plan; null for none to choose from. */
function firstOf(engines: readonly JobEngine[], plan: JobPlan): Job | NoJob | null {
  const { scheduler } = plan.resource;
  if (scheduler === 'kubernetes') return null;
  let first: NoJob | null = null;
  for (const engine of engines) {
    const written = ENGINES[engine](plan);
    const file = written instanceof NoJob ? written : SCHEDULERS[scheduler](plan, written);
    if (!(written instanceof NoJob) && !(file instanceof NoJob))
      return { ...file, notes: [...written.notes, ...file.notes, ...notesOf(plan)], scheduler, engine };
    if (file instanceof NoJob) first ??= file;
  }
  return first;
}

/** A name of RFC 1123, a subdomain. */
const SECRET = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

function ofKubernetes(plan: JobPlan, { engine }: JobRequest): Job | NoJob {
  if (engine !== null)
    return new NoJob('A cluster of Kubernetes runs images by its own runtime: leave out `engine`.');
  if (plan.credentials !== null && !SECRET.test(plan.credentials))
    return new NoJob(
      'In Kubernetes `credentials` is the name of a secret: small letters, digits, `-` and `.`.',
    );
  const file = writeKubernetes(plan);
  return { ...file, notes: [...file.notes, ...notesOf(plan)], scheduler: 'kubernetes', engine: null };
}

/**
 * The image by a digest: that of the node's platform, out of an index whose bytes panfed hashed, or else the record's own, of
 * which the engine chooses the platform where nodes of several are in one resource.
 */
function imageOf({ image: { reference, digest, manifests }, resource, node }: Runnable): JobImage | NoJob {
  if (digest === null || !isPinnedReference(reference))
    return new NoJob('Its digest is not known, and a tag may name another image by the time the job runs.');
  const architecture = architectureOf(node)?.oci ?? null;
  const ofNode = manifests.filter(({ platform }) => platform === `linux/${architecture}`);
  const [only] = ofNode;
  if (architecture !== null && only !== undefined && ofNode.length === 1)
    return { reference: `${reference.slice(0, reference.indexOf('@'))}@${only.digest}`, architecture: null };
  return { reference, architecture: isMixed(resource.nodes) ? architecture : null };
}

function planOf(
  { image: { requires }, framework, resource, node, question, findings }: Runnable,
  { command, data, credentials, name }: JobRequest,
  image: JobImage,
): JobPlan {
  const mpi = requires.mpi === null ? null : readMpi(requires.mpi);
  const family = mpi?.kind === 'product' ? MPI_FAMILY_OF[mpi.product] : null;
  return {
    name: jobName(name ?? framework),
    ...{ resource, node, image, command, credentials },
    data: data.length > 0 ? data : foundPath(question, resource),
    cpus: larger(question.cpus, requires.cpus),
    memory: larger(question.memory, requires.memory),
    time: question.time,
    gpu: gpuOf(requires.gpu?.vendor ?? null),
    isGpuUnknown: findings.some(({ dimension, verdict }) => dimension === 'gpu' && verdict === 'unknown'),
    isParallel: mpi !== null && mpi.kind !== 'none',
    pmi: resource.mpi?.find((one) => one.family === family)?.pmi ?? null,
  };
}

/** The folder of a data set that was looked up, where the resource has the facility's data. */
function foundPath({ path, facility }: Question, { readsDataOf }: ComputeResource): readonly string[] {
  if (path === null || facility === null || !readsDataOf.includes(facility)) return [];
  return [withoutSlashes(path)].filter(isBindable);
}

const larger = (one: number | null, other: number | null): number | null =>
  one === null ? other : Math.max(one, other ?? 0);

function gpuOf(vendor: string | null): JobPlan['gpu'] {
  const maker = vendor === null ? 'none' : vendorOf(vendor);
  if (maker === 'none') return null;
  return maker === 'nvidia' || maker === 'amd' ? maker : 'other';
}

const notesOf = ({ gpu, isGpuUnknown, credentials, data }: JobPlan): readonly string[] => [
  ...(gpu === null && isGpuUnknown
    ? ['Nobody said whether the image needs a GPU, and the job asks for none.']
    : []),
  ...(data.length === 0
    ? ['It sees the folder from which it is started, and no data beside it: name theirs in `data`.']
    : []),
  ...(credentials === null
    ? ['If the registry asks for credentials, name your own file or secret in `credentials`.']
    : []),
];
