// Sarus: https://sarus.readthedocs.io/en/stable/
import { type JobPlan, NoJob } from '../plan.ts';
import { sh, statements } from '../shell.ts';
import { type EngineScript, isOlder, oneProcessNote } from './engine.ts';

/**
 * Sarus finds the GPUs that the scheduler gave by CUDA_VISIBLE_DEVICES, by a hook of the site. It passes on what the image does not set
 * of the job's environment, which is the scheduler's alone.
 */
export function writeSarus(plan: JobPlan): EngineScript | NoJob {
  const { image, gpu, data, command, credentials } = plan;
  if (image.architecture !== null)
    return new NoJob('Sarus cannot be told the platform of an image: use another engine.');
  if (gpu === 'other') return new NoJob('Sarus has hooks for the GPUs of NVIDIA and AMD alone.');
  if (isOlder(plan, 'sarus', [1, 5]))
    return new NoJob('Sarus runs images by digest from version 1.5 on: use another engine.');
  if (gpu === 'amd' && isOlder(plan, 'sarus', [1, 6]))
    return new NoJob('Sarus has a hook for GPUs of AMD from version 1.6 on: use another engine.');
  if (data.some((path) => path.includes('=')))
    return new NoJob('Sarus binds no path with a `=`: use another engine, or a path without.');
  if (credentials !== null)
    return new NoJob(
      'Sarus asks for a password where it logs in, which a job cannot answer: pull it before.',
    );
  const options = [
    sh`--mount=type=bind,source="$PWD",destination="$PWD" --workdir="$PWD"`,
    ...data.map((path) => `--mount=type=bind,source=${path},destination=${path},readonly`),
    // What is given as one would be split at its spaces.
    ...(command.length === 0 ? [] : ['--entrypoint', '']),
  ];
  return {
    script: statements(
      sh`sarus pull ${image.reference}`,
      sh`sarus run ${options} ${image.reference} ${command}`,
    ),
    ranks: 1,
    notes: [...oneProcessNote(plan)],
  };
}
