// An image at a resource, for which jobs are written.
import { type Job, jobOf, type Runnable } from '../../src/matching/jobs/job.ts';
import { type JobRequest, NO_REQUEST, NoJob } from '../../src/matching/jobs/plan.ts';
import { NO_QUESTION } from '../../src/matching/question.ts';
import type { JobEngine, Scheduler } from '../../src/model/compute.ts';
import type { Requirements } from '../../src/model/image.ts';
import { computeResource, nodeType } from './compute.ts';
import { digestOf } from './records.ts';

export const REFERENCE = `registry.desy.de/em/relion@${digestOf(1)}`;

/** What an image needs: nothing, unless said. */
export const requirements = (over: Partial<Requirements> = {}): Requirements => ({
  ...{ architectures: [], cpus: null, memory: null, gpu: null, mpi: null, engines: [], glibc: null },
  ...over,
});

/** Relion at a resource with nodes of `linux/amd64`, where nothing is in the way. */
export function runnable(
  scheduler: Scheduler,
  engine: JobEngine | null,
  {
    requires,
    resource,
    ...over
  }: Omit<Partial<Runnable>, 'resource'> & {
    readonly requires?: Partial<Requirements>;
    readonly resource?: Partial<Runnable['resource']>;
  } = {},
): Runnable {
  const node = nodeType({ architecture: 'amd64' });
  return {
    image: {
      ...{ reference: REFERENCE, digest: digestOf(1), manifests: [] },
      requires: requirements(requires),
    },
    ...{ framework: 'relion', node, question: NO_QUESTION, findings: [], mayRun: true },
    engines: engine === null ? [] : [engine],
    resource: computeResource({ scheduler, nodes: [node], ...resource }),
    ...over,
  };
}

/** Throws where there is no job. */
export function jobFor(one: Runnable, request: Partial<JobRequest> = {}): Job {
  const job = jobOf(one, { ...NO_REQUEST, ...request });
  if (job instanceof NoJob) throw new Error(job.reason);
  return job;
}

/** Throws where there is one. */
export function refusalFor(one: Runnable, request: Partial<JobRequest> = {}): string {
  const job = jobOf(one, { ...NO_REQUEST, ...request });
  if (!(job instanceof NoJob)) throw new Error('there is a job');
  return job.reason;
}
