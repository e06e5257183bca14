// Charliecloud: https://hpc.github.io/charliecloud/
import { type JobPlan, NoJob } from '../plan.ts';
import { sh, statements } from '../shell.ts';
import { type EngineScript, loginNote, oneProcessNote, useImageCache, WORK_FOLDER } from './engine.ts';

/**
 * Pulls into the user's storage folder, or the shared one, and runs a copy that is the job's alone: folders of the node can be bound
 * only where the image has their paths, or may be written to.
 */
export function writeCharliecloud(plan: JobPlan): EngineScript | NoJob {
  const { image, gpu, data, command, credentials } = plan;
  if (command.length === 0)
    return new NoJob('Charliecloud does not start what an image starts by itself: name a `command`.');
  if (gpu !== null)
    return new NoJob('Charliecloud copies the libraries of a GPU into the image: use another engine.');
  const options = [
    ...['--unset-env=*', '--set-env', '--private-tmp', '--write'],
    ...[sh`--bind="$PWD:$PWD" --cd="$PWD"`],
    ...data.map((path) => `--bind=${path}:${path}`),
  ];
  const architecture = image.architecture === null ? sh`` : sh` --arch=${image.architecture}`;
  return {
    script: statements(
      sh`export USER="\${USER:-$(id -un)}"`,
      useImageCache(plan, 'CH_IMAGE_STORAGE'),
      sh`ch-image pull${architecture} ${image.reference}`,
      ...WORK_FOLDER,
      sh`ch-convert ${image.reference} "$work"/image`,
      sh`ch-run ${options} "$work"/image -- ${command}`,
    ),
    ranks: 1,
    notes: [
      ...(data.length === 0
        ? []
        : ['Charliecloud binds nothing read-only: the job may write to the data as its user may.']),
      ...oneProcessNote(plan),
      ...(credentials === null ? [] : [loginNote('ch-image --auth pull')]),
    ],
  };
}
