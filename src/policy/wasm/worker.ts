// What runs in a worker thread: batches of evaluations, so that a policy that runs away is ended with its thread and
// never blocks the server. The worker says where it is in shared memory, which outlives it.

import { LRUCache } from 'lru-cache';
import { SYSTEM_CLOCK } from '../../model/clock.ts';
import { type Progress, progressOf } from './progress.ts';
import { type Answer, type Failure, type ModuleData, type ModuleFacts, Sandbox } from './sandbox.ts';

/** A compiled module as it is sent to a worker; the code itself is shared, not copied. */
export interface Compiled {
  /** Identifies the module; caches keep what they have of it by this key. */
  readonly key: string;
  readonly wasm: WebAssembly.Module;
  readonly entrypoint: string;
  readonly data: ModuleData | null;
}

export interface BatchTask {
  readonly kind: 'evaluate';
  readonly module: Compiled;
  /** An input is `before`, one of `inputs`, `after`: together JSON of well-formed strings. */
  readonly before: string;
  readonly inputs: readonly string[];
  readonly after: string;
  /** Another entry point of the module than its own. */
  readonly entrypoint?: string | undefined;
  /** UTF-16 code units of one answer's JSON, at most. */
  readonly maximum: number;
  /** Milliseconds after which no further input of this batch is begun. */
  readonly patience: number;
  /** Keys of the modules in force: instances of others are dropped. */
  readonly living: readonly string[];
  readonly progress: SharedArrayBuffer;
}

/** Answers to the first `answers.length` inputs; the worker may stop before the last one. */
export interface BatchResult {
  /** Each different JSON once. */
  readonly jsons: readonly string[];
  /** For each input the index into `jsons`, or -1 if it is in `failures`. */
  readonly answers: Int32Array;
  readonly failures: readonly (Failure & { readonly input: number })[];
  /** Milliseconds that the batch took. */
  readonly spent: number;
}

/** `facts`: the module's facts, from a separate instance. `prepare`: makes the instance that evaluates. */
export interface FactsTask {
  readonly kind: 'facts' | 'prepare';
  readonly module: Compiled;
  readonly living: readonly string[];
  readonly progress: SharedArrayBuffer;
}

/** Modules whose instances one worker keeps, at most. */
const SANDBOXES = 32;
const sandboxes = new LRUCache<string, Sandbox>({ max: SANDBOXES });

/**
 * The worker's entry point: runs one task. The result is a batch's answers, a module's facts, or null for a successful
 * `prepare`; failures of the module are results, and the pool enforces the deadline. Never throws.
 */
export default function run(task: BatchTask | FactsTask): BatchResult | ModuleFacts | Failure | null {
  const progress = progressOf(task.progress);
  if (task.module.data === null) progress.begin();
  else progress.load();
  dropOthers(new Set([...task.living, task.module.key]));
  if (task.kind === 'facts') {
    const { wasm, entrypoint, data } = task.module;
    return new Sandbox(wasm, entrypoint, data).facts();
  }
  const sandbox = sandboxOf(task.module);
  return task.kind === 'evaluate' ? evaluate(task, sandbox, progress) : sandbox.prepare();
}

function dropOthers(living: ReadonlySet<string>): void {
  for (const key of sandboxes.keys()) if (!living.has(key)) sandboxes.delete(key);
}

function sandboxOf({ key, wasm, entrypoint, data }: Compiled): Sandbox {
  const kept = sandboxes.get(key);
  if (kept !== undefined) return kept;
  const made = new Sandbox(wasm, entrypoint, data);
  sandboxes.set(key, made);
  return made;
}

function evaluate(task: BatchTask, sandbox: Sandbox, progress: Progress): BatchResult {
  const begun = SYSTEM_CLOCK.monotonic();
  const indexes = new Map<string, number>();
  const answers: number[] = [];
  const failures: (Failure & { input: number })[] = [];
  for (const [input, text] of task.inputs.entries()) {
    if (input > 0 && SYSTEM_CLOCK.monotonic() - begun > task.patience) break;
    progress.at(input);
    if (sandbox.needsData) {
      progress.load();
      sandbox.prepare();
    }
    if (progress.isLoading()) progress.begin();
    const answer: Answer = sandbox.evaluate(task.before + text + task.after, task.maximum, task.entrypoint);
    if (typeof answer === 'string') {
      const index = indexes.get(answer) ?? indexes.size;
      indexes.set(answer, index);
      answers.push(index);
    } else {
      failures.push({ ...answer, input });
      answers.push(-1);
    }
  }
  return {
    jsons: [...indexes.keys()],
    answers: Int32Array.from(answers),
    failures,
    spent: SYSTEM_CLOCK.monotonic() - begun,
  };
}
