// Shifter: https://shifter.readthedocs.io/en/latest/
import { type JobPlan, NoJob } from '../plan.ts';
import { sh, statements } from '../shell.ts';
import { type EngineScript, isOlder, loginNote, oneProcessNote } from './engine.ts';

/** What separates or quotes volumes is none of these. */
const UNSPEAKABLE = /[^\w./+@%-]/;

/** Pulls by Shifter's gateway, which keeps images for all users. The site's module `gpu` brings the host's libraries of NVIDIA. */
export function writeShifter(plan: JobPlan): EngineScript | NoJob {
  const { image, gpu, data, command, credentials } = plan;
  if (image.architecture !== null)
    return new NoJob('Shifter cannot be told the platform of an image: use another engine.');
  if (gpu === 'other' || gpu === 'amd')
    return new NoJob('Shifter has a module for the GPUs of NVIDIA alone.');
  // Release 18.03 takes the `@` out of the name, and has no --clearenv.
  if (isOlder(plan, 'shifter', [18, 4]))
    return new NoJob('Shifter runs images by digest in versions after 18.03 alone: use another engine.');
  if (data.some((path) => UNSPEAKABLE.test(path)))
    return new NoJob('Shifter binds paths of letters, digits and `_./+@%-` alone: use another engine.');
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
    ranks: 1,
    notes: [
      'It runs the image by digest, which Shifter does in versions after 18.03, where the gateway pulls by skopeo (`use_external`).',
      'Shifter makes no folders in an image: the folder from which it is started, and the data, have to be where the site mounts them, or in the image.',
      ...oneProcessNote(plan),
      ...(credentials === null ? [] : [loginNote('shifterimg login')]),
    ],
  };
}
