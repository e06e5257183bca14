// The engines for which jobs are written.
import type { JobEngine } from '../../../model/compute.ts';
import { writeApptainer } from './apptainer.ts';
import { writeCharliecloud } from './charliecloud.ts';
import type { WriteEngine } from './engine.ts';
import { writeDocker, writePodman } from './podman.ts';
import { writeSarus } from './sarus.ts';
import { writeShifter } from './shifter.ts';

export const ENGINES: Readonly<Record<JobEngine, WriteEngine>> = {
  apptainer: writeApptainer,
  podman: writePodman,
  docker: writeDocker,
  shifter: writeShifter,
  sarus: writeSarus,
  charliecloud: writeCharliecloud,
};
