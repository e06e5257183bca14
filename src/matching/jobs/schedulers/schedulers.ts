// The schedulers that are given a script; Kubernetes is given none.
import type { Scheduler } from '../../../model/compute.ts';
import { writeGridEngine } from './gridengine.ts';
import { writeHtcondor } from './htcondor.ts';
import type { WriteJob } from './scheduler.ts';
import { writeSlurm } from './slurm.ts';

export const SCHEDULERS: Readonly<Record<Exclude<Scheduler, 'kubernetes'>, WriteJob>> = {
  slurm: writeSlurm,
  gridengine: writeGridEngine,
  htcondor: writeHtcondor,
};
