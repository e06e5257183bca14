// Apptainer, and what Singularity became: https://apptainer.org/docs/user/main/
import { type JobPlan, NoJob } from '../plan.ts';
import { type ShellText, type Statements, sh, statements } from '../shell.ts';
import { type EngineScript, imageCacheOf, ownPath } from './engine.ts';

/**
 * Runs the image with nothing of the node but the working folder, the data and, where the image needs it, the GPU. `--nv` finds
 * the GPUs that the scheduler gave by CUDA_VISIBLE_DEVICES, which `--cleanenv` would take away.
 */
export function writeApptainer(plan: JobPlan): EngineScript | NoJob {
  const { image, gpu, data, command, credentials } = plan;
  if (gpu === 'other') return new NoJob('Apptainer binds the GPUs of NVIDIA and AMD alone.');
  const cache = imageCacheOf(plan);
  const authentication = credentials === null ? sh`` : sh` --authfile ${ownPath(credentials)}`;
  const source = `docker://${image.reference}`;
  // A file of its own where it has to be told the platform, which `exec` takes none of, or where many ranks start at once.
  const isPulled = image.architecture !== null || ranksOf(plan) > 1;
  const file = isPulled ? sh`"$work"/image.sif` : sh`${source}`;
  const options = [
    ...['--cleanenv', '--containall'],
    ...(gpu === 'nvidia' ? ['--nv'] : gpu === 'amd' ? ['--rocm'] : []),
    ...(isPulled || credentials === null ? [] : ['--authfile', ownPath(credentials)]),
    ...[sh`--workdir "$work" --bind "$PWD" --pwd "$PWD"`],
    ...data.flatMap((path) => ['--mount', `type=bind,source=${path},destination=${path},readonly`]),
  ];
  const run = sh`apptainer ${command.length === 0 ? 'run' : 'exec'} ${options} ${file}${following(command)}`;
  const isRanked = ranksOf(plan) > 1;
  return {
    script: statements(
      cache === null ? null : sh`export APPTAINER_CACHEDIR=${cache}`,
      sh`work=$(mktemp -d)`,
      sh`trap 'rm -rf "$work"' EXIT`,
      isPulled
        ? sh`apptainer pull${image.architecture === null ? sh`` : sh` --arch ${image.architecture}`}${authentication} ${file} ${source}`
        : null,
      gpu === null ? null : sh`export APPTAINERENV_CUDA_VISIBLE_DEVICES="\${CUDA_VISIBLE_DEVICES:-all}"`,
      ...(isRanked ? ranked(plan, run) : [run]),
    ),
    notes: [
      ...(plan.isParallel && !isRanked
        ? ['It starts one process, for how ranks of MPI are started there, or how many, is not known.']
        : []),
    ],
  };
}

const following = (command: readonly string[]): ShellText => (command.length === 0 ? sh`` : sh` ${command}`);

/** Ranks of MPI that Slurm is to start: as many as cores, where it is known how; else 1. */
const ranksOf = ({ isParallel, pmi, cpus, resource: { scheduler } }: JobPlan): number =>
  isParallel && pmi !== null && scheduler === 'slurm' ? (cpus ?? 1) : 1;

/** Each rank gets what the scheduler says to it, which `--cleanenv` would take away: the variables of PMI, PMIx and Slurm. */
const ranked = ({ pmi }: JobPlan, run: ShellText): Statements =>
  statements(
    sh`passed() { local name; for name in $(compgen -e | grep -E '^(PMI|PMIX|SLURM)_'); do export "APPTAINERENV_$name=\${!name}"; done; }`,
    sh`rank() { passed; exec ${run}; }`,
    sh`export -f passed rank`,
    sh`export work`,
    sh`srun --export=ALL ${`--mpi=${pmi ?? 'none'}`} bash -c rank`,
  );
