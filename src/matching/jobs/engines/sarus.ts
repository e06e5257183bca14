// Sarus: https://sarus.readthedocs.io/en/stable/
import type { JobPlan } from '../plan.ts';
import { NoJob } from '../plan.ts';
import { sh, statements } from '../shell.ts';
import type { EngineScript } from './engine.ts';

/** Sarus finds the GPUs that the scheduler gave by CUDA_VISIBLE_DEVICES, by a hook of the site. */
export function writeSarus({ image, gpu, data, command, credentials }: JobPlan): EngineScript | NoJob {
  if (image.architecture !== null)
    return new NoJob('Sarus cannot be told the platform of an image: use another engine.');
  if (gpu === 'other' || gpu === 'amd') return new NoJob('Sarus has a hook for the GPUs of NVIDIA alone.');
  if (credentials !== null)
    return new NoJob(
      'Sarus asks for a password where it logs in, which a job cannot answer: pull it before.',
    );
  const options = [
    sh`--mount=type=bind,source="$PWD",destination="$PWD" --workdir="$PWD"`,
    ...data.map((path) => `--mount=type=bind,source=${path},destination=${path},readonly`),
    ...(command.length === 0 ? [] : ['--entrypoint', command[0] ?? '']),
  ];
  return {
    script: statements(
      sh`sarus pull ${image.reference}`,
      sh`sarus run ${options} ${image.reference} ${command.slice(1)}`,
    ),
    notes: [],
  };
}
