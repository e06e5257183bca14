// Shifter: https://shifter.readthedocs.io/en/latest/
import type { JobPlan } from '../plan.ts';
import { NoJob } from '../plan.ts';
import { sh, statements } from '../shell.ts';
import { type EngineScript, loginNote } from './engine.ts';

/** Pulls by Shifter's gateway, which keeps images for all users. The site's module `gpu` brings the host's libraries of NVIDIA. */
export function writeShifter({ image, gpu, data, command, credentials }: JobPlan): EngineScript | NoJob {
  if (image.architecture !== null)
    return new NoJob('Shifter cannot be told the platform of an image: use another engine.');
  if (gpu === 'other' || gpu === 'amd')
    return new NoJob('Shifter has a module for the GPUs of NVIDIA alone.');
  const source = `docker:${image.reference}`;
  const options = [
    ...['--clearenv', `--image=${source}`, sh`--volume="$PWD:$PWD" --workdir="$PWD"`],
    ...data.map((path) => `--volume=${path}:${path}:ro`),
    ...(gpu === null ? [] : ['--module=gpu']),
  ];
  return {
    script: statements(
      sh`shifterimg pull ${source}`,
      command.length === 0 ? sh`shifter ${options} --entrypoint` : sh`shifter ${options} -- ${command}`,
    ),
    notes: credentials === null ? [] : [loginNote('shifterimg login')],
  };
}
