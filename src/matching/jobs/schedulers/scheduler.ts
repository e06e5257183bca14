// What a scheduler is asked to write: the file that is given to it.
import type { EngineScript } from '../engines/engine.ts';
import type { JobPlan, NoJob } from '../plan.ts';

export interface JobFile {
  readonly fileName: string;
  readonly text: string;
  /** What is entered to submit it, in its folder. */
  readonly submit: string;
  /** What to know of it, a sentence each. */
  readonly notes: readonly string[];
}

/** Writes the file around what an engine wrote, or says why the scheduler cannot take it. */
export type WriteJob = (plan: JobPlan, engine: EngineScript) => JobFile | NoJob;

const MIB = 1024 ** 2;

/** Whole MiB, at least as many as the bytes. */
export const mebibytes = (bytes: number): number => Math.ceil(bytes / MIB);
