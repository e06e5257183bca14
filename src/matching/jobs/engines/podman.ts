// Podman and Docker, whose options are nearly the same: https://docs.podman.io/en/latest/markdown/podman-run.1.html and
// https://docs.docker.com/reference/cli/docker/container/run/
import { type JobPlan, NoJob } from '../plan.ts';
import { type ShellText, type Statements, sh, statements } from '../shell.ts';
import { type EngineScript, ownPath, readGpuIds } from './engine.ts';

/** Rootless: the user of the node is the one in the container, and owns what it writes. */
export function writePodman(plan: JobPlan): EngineScript | NoJob {
  const { credentials, command, gpu } = plan;
  if (gpu === 'other') return new NoJob('Podman is given the GPUs of NVIDIA and AMD alone.');
  const gpus = {
    // By the Container Device Interface, one device for each GPU that the scheduler gave.
    nvidia: statements(
      sh`gpus=()`,
      ...readGpuIds(plan),
      sh`for id in "\${ids[@]}"; do gpus+=(--device "nvidia.com/gpu=$id"); done`,
    ),
    // The devices belong to groups of the user, which a container has only if told.
    amd: statements(sh`gpus=(--device /dev/kfd --device /dev/dri --group-add=keep-groups)`),
  };
  const options = [
    ...common(plan),
    '--userns=keep-id',
    ...(credentials === null ? [] : ['--authfile', ownPath(credentials)]),
    ...(gpu === null ? [] : [sh`"\${gpus[@]}"`]),
    // A list of JSON, for a name that begins with a bracket would be read as one.
    ...(command.length === 0 ? [] : ['--entrypoint', JSON.stringify(command.slice(0, 1))]),
  ];
  return {
    script: statements(...(gpu === null ? [] : gpus[gpu]), ...run(sh`podman`, options, plan)),
    ranks: 1,
    needsSignal: true,
    notes: notesOf(plan),
  };
}

/** By the daemon of the node, as the user who sent the job. */
export function writeDocker(plan: JobPlan): EngineScript | NoJob {
  const { credentials, command, gpu } = plan;
  if (gpu === 'other') return new NoJob('Docker is given the GPUs of NVIDIA and AMD alone.');
  const options = [
    ...common(plan),
    sh`--user "$(id -u):$(id -g)"`,
    ...(gpu === 'nvidia' ? [sh`--gpus "\${gpus}"`] : []),
    ...(gpu === 'amd' ? [sh`--device /dev/kfd --device /dev/dri --group-add "$(stat -c %g /dev/kfd)"`] : []),
    ...(command.length === 0 ? [] : ['--entrypoint', command[0] ?? '']),
  ];
  // A configuration may name another daemon, too.
  const program = credentials === null ? sh`docker` : sh`docker --config ${ownPath(credentials)}`;
  return {
    script: statements(
      ...(gpu === 'nvidia'
        ? [
            ...readGpuIds(plan),
            // Quotes of CSV, for the commas are the device's own.
            sh`printf -v gpus '"device=%s"' "$(IFS=,; echo "\${ids[*]}")"`,
            sh`[[ \${ids[0]} != all ]] || gpus=all`,
          ]
        : []),
      ...run(program, options, plan),
    ),
    ranks: 1,
    needsSignal: true,
    notes: [
      ...notesOf(plan),
      ...(plan.resource.scheduler === 'htcondor'
        ? [
            'It calls `docker` as you: where only HTCondor may, ask for another engine, or for `universe = docker`, which binds no data but what the pool’s administrators mount.',
          ]
        : []),
      ...(credentials === null
        ? []
        : ['`credentials` names a folder with a config.json, as `docker --config` reads it.']),
    ],
  };
}

const common = ({ image: { architecture }, data }: JobPlan): readonly (string | ShellText)[] => [
  ...['--rm', '--pull=missing', '--security-opt=label=disable'],
  ...(architecture === null ? [] : [`--platform=linux/${architecture}`]),
  sh`--volume "$PWD:$PWD" --workdir "$PWD"`,
  ...data.flatMap((path) => ['--mount', `type=bind,source=${path},target=${path},readonly`]),
];

/**
 * Neither engine's container is a child of the job's processes, so that it need not end with them: at a signal of the scheduler the
 * script stops it, and then ends. It does so by a name, for a job's files need not be where rootless podman, which enters the mounts of
 * the user's first one on the node, looks for them. The name is no other job's: a site may number each job's processes from 1.
 *
 * Grid Engine sends its signal to the job's process group and then, milliseconds later, to each of its processes: a shell that ends at
 * the first is ended by the second, as is an engine that already stops the container. So the shell waits a second after each.
 * `program`: the engine with the options that say where its containers are.
 */
const run = (
  program: ShellText,
  options: readonly (string | ShellText)[],
  { image, command }: JobPlan,
): Statements => [
  sh`container="job-$(</proc/sys/kernel/random/uuid)"`,
  sh`stop() { trap "" TERM USR2; ${program} stop -t 5 "$container" >/dev/null 2>&1 || true; }`,
  sh`trap stop EXIT`,
  sh`trap "sleep 1" TERM USR2`,
  // One statement: no `;` may follow the `&`.
  sh`${program} run --name "$container" ${options} ${image.reference}${command.length > 1 ? sh` ${command.slice(1)}` : sh``} & wait "$!"`,
];

const notesOf = ({ isParallel }: JobPlan): readonly string[] =>
  isParallel ? ['It starts one process: ranks of MPI run within one container, by its own `mpirun`.'] : [];
