// What a job is, whichever engine and scheduler it is written for: pure facts, of which none is a text of a label, a title or a file
// name but for the user's own command and paths.
import type { ComputeResource, JobEngine, NodeType, Pmi, Scheduler } from '../../model/compute.ts';
import { UNSHOWN } from './unshown.ts';

/** What the user asks of a job. */
export interface JobRequest {
  /** null: the resource's own. */
  readonly scheduler: Scheduler | null;
  /** null: the first one that will do. */
  readonly engine: JobEngine | null;
  /** Program and arguments, without NUL; empty: what the image starts by itself. */
  readonly command: readonly string[];
  /** Absolute paths that {@link isBindable} holds for. */
  readonly data: readonly string[];
  /** A path on the nodes, or the name of a secret of Kubernetes; null: none is named. */
  readonly credentials: string | null;
  /** null: the framework's name. */
  readonly name: string | null;
}

export const NO_REQUEST: JobRequest = Object.freeze({
  ...{ scheduler: null, engine: null, command: [], data: [], credentials: null, name: null },
});

/** The image as engines name it. */
export interface JobImage {
  /** `<host>/<repository>@<digest>`, of characters that no shell gives a meaning. */
  readonly reference: string;
  /** What an engine is to choose out of an index, as OCI writes it: `arm64`; null: the reference is of one platform, or the node's. */
  readonly architecture: string | null;
}

export interface JobPlan {
  /** `[A-Za-z0-9_-]`, at most 48 characters. */
  readonly name: string;
  readonly resource: ComputeResource;
  /** The kind of node for which the image was judged. */
  readonly node: NodeType;
  readonly image: JobImage;
  /** Processor cores; null: the scheduler's own default. */
  readonly cpus: number | null;
  /** Bytes; null: the scheduler's own default. */
  readonly memory: number | null;
  /** Seconds; null: the scheduler's own default. */
  readonly time: number | null;
  /** The GPU that the image says it needs; null: none. */
  readonly gpu: 'nvidia' | 'amd' | 'other' | null;
  /** Whether nobody knows if the image needs one. */
  readonly isGpuUnknown: boolean;
  /** Whether the image says that it needs MPI. */
  readonly isParallel: boolean;
  /** How Slurm starts the ranks of the image's MPI there; null: not known. */
  readonly pmi: Pmi | null;
  readonly command: readonly string[];
  readonly data: readonly string[];
  readonly credentials: string | null;
}

/** Why there is no job: a sentence that says what would help. */
export class NoJob {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

/** Characters of a name that a job keeps. */
const NAME_LENGTH = 48;

/**
 * The name as every scheduler takes it: at most 48 of `[A-Za-z0-9_-]`, beginning with a letter and ending with a letter or digit, with
 * `-` in the place of others; `job` where there is no letter.
 */
export function jobName(text: string): string {
  const name = text
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^[^A-Za-z]+/, '')
    .slice(0, NAME_LENGTH)
    .replace(/[-_]+$/, '');
  return name === '' ? 'job' : name;
}

/** Characters by which an engine separates the parts of a bind, and what no file system or script shows. */
const UNBINDABLE = new RegExp(String.raw`[:,"\\${UNSHOWN}]`, 'u');

/** The path without slashes at its end. */
export const withoutSlashes = (path: string): string => path.replace(/(?<=.)\/+$/, '');

/** Whether every engine can bind the path: absolute, without `.`, `..` and empty parts, not `/` alone, and without `:`, `,`, `"` and `\`. */
export const isBindable = (path: string): boolean =>
  path.length > 1 &&
  path.startsWith('/') &&
  !UNBINDABLE.test(path) &&
  path
    .slice(1)
    .split('/')
    .every((part) => part !== '' && part !== '.' && part !== '..');
