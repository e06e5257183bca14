// What an engine is asked to write: the part of a script that pulls the image, in the job, and runs it.
import type { JobEngine } from '../../../model/compute.ts';
import type { JobPlan, NoJob } from '../plan.ts';
import { type ShellText, type Statements, sh } from '../shell.ts';

export interface EngineScript {
  readonly script: Statements;
  /** Whether what it started is stopped at a signal alone: a job that the scheduler kills at once would leave it running. */
  readonly needsSignal?: true;
  /** Ranks of MPI that the scheduler starts, each a container; 1: one process, which has all cores. */
  readonly ranks: number;
  /** What to know of it, a sentence each. */
  readonly notes: readonly string[];
}

/** Writes the script, or says why the engine cannot run the job. */
export type WriteEngine = (plan: JobPlan) => EngineScript | NoJob;

/** A folder of the job's own, `$work`, that goes with it. */
export const WORK_FOLDER: Statements = [sh`work=$(mktemp -d)`, sh`trap 'rm -rf "$work"' EXIT`];

/**
 * A path of the user's own, a word by itself, of which `~/` is their home on the node: bash knows it where HTCondor sets no HOME. Any
 * other that is not absolute begins where the job does.
 */
export function ownPath(path: string): ShellText {
  if (path.startsWith('~/') && path.length > 2) return sh`~/${path.slice(2)}`;
  return path.startsWith('/') ? sh`${path}` : sh`"$PWD"/${path}`;
}

/**
 * Makes the user's part of the resource's shared folder for images the engine's, by the variable; where it cannot be written the engine
 * uses its own. null: none is known.
 */
export function useImageCache(
  { resource: { imageCache } }: JobPlan,
  variable: 'APPTAINER_CACHEDIR' | 'CH_IMAGE_STORAGE',
): ShellText | null {
  if (imageCache === null) return null;
  const cache = sh`${imageCache}/"$(id -un)"`;
  const otherwise = `${imageCache} cannot be written: images are kept in the folder of the engine.`;
  const name = sh`${variable}`;
  return sh`if mkdir -p -m 700 ${cache} 2>/dev/null && [[ -w ${cache} ]]; then export ${name}=${cache}; else echo ${otherwise} >&2; fi`;
}

/** A name of a variable. */
const VARIABLE = /^[A-Za-z0-9_]+$/;

/**
 * A word: the ids of the GPUs that the scheduler gave the job, separated by `,` or a space; empty where it said none. Slurm numbers them
 * as the node does in SLURM_JOB_GPUS alone, and a Grid Engine with named resources says them in SGE_HGR_<its name of a GPU>; HTCondor,
 * and other Grid Engines by their prolog, set CUDA_VISIBLE_DEVICES.
 */
export function gpuIdsOf({ resource: { scheduler, gpuResource } }: JobPlan): ShellText {
  if (scheduler === 'slurm') return sh`"\${SLURM_JOB_GPUS:-\${CUDA_VISIBLE_DEVICES:-}}"`;
  if (scheduler === 'gridengine' && gpuResource !== null && VARIABLE.test(gpuResource)) {
    const variable = sh`${`SGE_HGR_${gpuResource}`}`;
    return sh`"\${${variable}:-\${CUDA_VISIBLE_DEVICES:-}}"`;
  }
  return sh`"\${CUDA_VISIBLE_DEVICES:-}"`;
}

/**
 * Statements that make the array `ids` of the GPUs which the scheduler gave the job, `all` alone where it said none. HTCondor shortens
 * names of NVIDIA (`GPU-c4a646d7`), by which no engine finds a GPU: the number that the node's `nvidia-smi` gives takes the place of
 * each name, and the job ends where that fails.
 */
export const readGpuIds = (plan: JobPlan): Statements => [
  sh`IFS=', ' read -ra ids <<<${gpuIdsOf(plan)} || true`,
  sh`[[ \${#ids[@]} -gt 0 ]] || ids=(all)`,
  sh`for at in "\${!ids[@]}"; do if [[ \${ids[at]} == GPU-* ]]; then ids[at]=$(nvidia-smi --query-gpu=index,uuid --format=csv,noheader | awk -F ', ' -v id="\${ids[at]}" 'index($2, id) == 1 { print $1 }'); fi; done`,
];

/** What an engine without an option for a file of credentials asks of the user. */
export const loginNote = (command: string): string =>
  `It takes no file of credentials: log in with \`${command}\` before, if the registry asks for it.`;

/** Whether the resource states a version of the engine that is older; not where it states none, or says several. */
export function isOlder(
  { resource: { engines } }: JobPlan,
  engine: JobEngine,
  [major, minor]: readonly [number, number],
): boolean {
  const stated = engines.filter(({ name }) => name.toLowerCase() === engine);
  return (
    stated.length > 0 &&
    stated.every(({ version }) => {
      const [, first, second = '0'] = /^(\d+)(?:\.(\d+))?/.exec(version ?? '') ?? [];
      if (first === undefined) return false;
      return Number(first) < major || (Number(first) === major && Number(second) < minor);
    })
  );
}

/** For an engine in which no ranks of MPI are started. */
export const oneProcessNote = ({ isParallel }: JobPlan): readonly string[] =>
  isParallel ? ['It starts one process, and no ranks of MPI: use apptainer for them.'] : [];
