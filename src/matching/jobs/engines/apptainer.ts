// Apptainer, and what Singularity became: https://apptainer.org/docs/user/main/
import { type JobPlan, NoJob } from '../plan.ts';
import { ARGUMENT_BYTES, type ShellText, type Statements, sh, statements } from '../shell.ts';
import {
  type EngineScript,
  gpuIdsOf,
  isOlder,
  loginNote,
  ownPath,
  useImageCache,
  WORK_FOLDER,
} from './engine.ts';

/**
 * Runs the image with nothing of the node but the working folder, the data and, where the image needs it, the GPU; ranks of MPI have
 * its /dev, /tmp and process ids, too. `--nv` binds
 * all GPUs, and a program finds those that the scheduler gave by CUDA_VISIBLE_DEVICES, which `--cleanenv` would take away. Credentials
 * are a link in a folder of configuration, for `--authfile` is as new as 1.4.
 */
export function writeApptainer(plan: JobPlan): EngineScript | NoJob {
  const { image, gpu, data, command, credentials } = plan;
  if (gpu === 'other') return new NoJob('Apptainer binds the GPUs of NVIDIA and AMD alone.');
  const source = `docker://${image.reference}`;
  // The folder of configuration may be another one from this version on.
  const isOld = isOlder(plan, 'apptainer', [1, 2]);
  const ranks = ranksOf(plan);
  const hasRanks = ranks > 1;
  // A file of its own where it has to be told the platform, which `exec` takes none of, or where many ranks start at once.
  const isPulled = image.architecture !== null || hasRanks;
  const file = isPulled ? sh`"$work"/image.sif` : sh`${source}`;
  const options = [
    '--cleanenv',
    // Ranks on one node find each other by shared memory, process ids and files of PMIx in /tmp, which --contain keeps apart.
    ...(hasRanks
      ? ['--no-home', sh`\${PMIX_SERVER_TMPDIR:+--bind "$PMIX_SERVER_TMPDIR"}`]
      : ['--containall', sh`--workdir "$work"`]),
    ...(gpu === 'nvidia' ? ['--nv'] : gpu === 'amd' ? ['--rocm'] : []),
    ...[sh`--bind "$PWD" --pwd "$PWD"`],
    ...data.flatMap((path) => ['--mount', `type=bind,source=${path},destination=${path},readonly`]),
  ];
  const run = sh`apptainer ${command.length === 0 ? 'run' : 'exec'} ${options} ${file}${following(command)}`;
  if (hasRanks && Buffer.byteLength(String(run)) > RANK_BYTES)
    return new NoJob(
      `The command is longer than ${RANK_BYTES} bytes, which ranks of MPI could not be given: put it into a file, and name that.`,
    );
  return {
    script: statements(
      useImageCache(plan, 'APPTAINER_CACHEDIR'),
      ...WORK_FOLDER,
      ...(credentials === null || isOld ? [] : configured(credentials)),
      isPulled
        ? sh`apptainer pull${image.architecture === null ? sh`` : sh` --arch ${image.architecture}`} ${file} ${source}`
        : null,
      ...(gpu === 'nvidia' ? visible(plan) : []),
      ...(gpu === 'amd'
        ? [
            sh`[[ -z \${ROCR_VISIBLE_DEVICES:-} ]] || export APPTAINERENV_ROCR_VISIBLE_DEVICES="$ROCR_VISIBLE_DEVICES"`,
          ]
        : []),
      ...(hasRanks ? ranked(plan, run) : [run]),
    ),
    ranks,
    notes: [
      ...(isOld && credentials !== null ? [loginNote('apptainer remote login')] : []),
      ...(plan.isParallel && !hasRanks
        ? ['It starts one process, for how ranks of MPI are started there, or how many, is not known.']
        : []),
    ],
  };
}

/** Ranks get the command as a function of bash, in one variable, which has a few words beside it. */
const RANK_BYTES = ARGUMENT_BYTES - 1_024;

/** As many as cores, where Slurm is known to start ranks of the image's MPI. */
const ranksOf = ({ isParallel, pmi, cpus, resource: { scheduler } }: JobPlan): number =>
  isParallel && pmi !== null && scheduler === 'slurm' ? (cpus ?? 1) : 1;

const following = (command: readonly string[]): ShellText => (command.length === 0 ? sh`` : sh` ${command}`);

const configured = (credentials: string): Statements => [
  sh`mkdir "$work"/config`,
  sh`ln -s ${ownPath(credentials)} "$work"/config/docker-config.json`,
  sh`export APPTAINER_CONFIGDIR="$work"/config`,
];

/** CUDA numbers the GPUs that the job may open, as CUDA_VISIBLE_DEVICES does where it is set; unset is all, and no word is. */
const visible = (plan: JobPlan): Statements =>
  statements(
    sh`ids="\${CUDA_VISIBLE_DEVICES:-}"`,
    plan.resource.scheduler === 'gridengine' ? sh`ids=${gpuIdsOf(plan)}` : null,
    sh`[[ -z $ids ]] || export APPTAINERENV_CUDA_VISIBLE_DEVICES="\${ids// /,}"`,
  );

/** Each rank gets what the scheduler says to it, which `--cleanenv` would take away: the variables of PMI, PMIx and Slurm. */
const ranked = ({ pmi }: JobPlan, run: ShellText): Statements =>
  statements(
    sh`passed() { local name; for name in $(compgen -e | grep -E '^(PMI|PMIX|SLURM)_'); do export "APPTAINERENV_$name=\${!name}"; done; }`,
    sh`rank() { passed; exec ${run}; }`,
    sh`export -f passed rank`,
    sh`export work`,
    sh`srun --export=ALL ${`--mpi=${pmi ?? 'none'}`} bash -c rank`,
  );
