// What an engine is asked to write: the part of a script that pulls the image, in the job, and runs it.
import type { JobPlan, NoJob } from '../plan.ts';
import { type ShellText, type Statements, sh } from '../shell.ts';

export interface EngineScript {
  readonly script: Statements;
  /** What to know of it, a sentence each. */
  readonly notes: readonly string[];
}

/** Writes the script, or says why the engine cannot run the job. */
export type WriteEngine = (plan: JobPlan) => EngineScript | NoJob;

/** The folder for images that all nodes share, for the user alone; null: none is known. */
export const imageCacheOf = ({ resource: { imageCache } }: JobPlan): ShellText | null =>
  imageCache === null ? null : sh`${imageCache}/"$(id -un)"`;

/** A path of the user's own, a word by itself, of which `~/` is their home on the node: bash knows it where HTCondor sets no HOME. */
export const ownPath = (path: string): ShellText =>
  path.startsWith('~/') && path.length > 2 ? sh`~/${path.slice(2)}` : sh`${path}`;

/** The ids of the GPUs that the scheduler gave the job, as Slurm and the others say them; `all`: it said none. */
export const GPU_IDS = sh`"\${SLURM_JOB_GPUS:-\${CUDA_VISIBLE_DEVICES:-all}}"`;

/** What an engine without an option for a file of credentials asks of the user. */
export const loginNote = (command: string): string =>
  `It takes no file of credentials: log in with \`${command}\` before, if the registry asks for it.`;
