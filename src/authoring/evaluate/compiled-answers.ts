// The compiled form of an owner's policy, loaded and asked as in the gateway, with no more of each input than the module
// reads: once for all that is asked of it, since to start a worker and compile the module takes most of the time.

import { PREFERENCE } from '../../policy/bundle/manifest.ts';
import { parseBundle } from '../../policy/bundle/read.ts';
import { DECISION_BOUNDS } from '../../policy/decisions/answer.ts';
import { wellFormedJson } from '../../policy/decisions/projection.ts';
import { evaluate } from '../../policy/wasm/evaluator.ts';
import { makeModule, type PolicyModule } from '../../policy/wasm/module.ts';
import { WorkerPool } from '../../policy/wasm/pool.ts';
import type { Answer } from '../../policy/wasm/sandbox.ts';
import type { CompiledPolicy } from '../build/compile.ts';
import type { PolicyOwner } from '../source/owner.ts';

/** Milliseconds for a batch of inputs: a test's policy may be slow, but an endless one must end. */
const DEADLINE = 10_000;

export interface CompiledAnswers {
  /** One for each input, in their order. */
  readonly answers: readonly Answer[];
  /** The reason codes that have a text. */
  readonly codes: ReadonlySet<string>;
}

/**
 * The compiled policy's answer to each input (JSON), in their order; and the codes of its reasons. For no inputs there
 * is neither. Rejects with POLICY_INVALID if the module does not load, with INTERNAL if panfed was not built, and with a
 * SyntaxError for an input that is not JSON.
 */
export type AskCompiled = (inputs: readonly string[]) => Promise<CompiledAnswers>;

/**
 * The result of `use`, which may ask the compiled policy, evaluated as in the gateway, but within `deadline`
 * milliseconds a batch (10,000 by default). Its module is loaded at the first question. Rejects as `use` does.
 */
export async function askingCompiled<T>(
  owner: PolicyOwner,
  { bytes }: CompiledPolicy,
  use: (ask: AskCompiled) => Promise<T>,
  deadline = DEADLINE,
): Promise<T> {
  let loaded: { readonly pool: WorkerPool; readonly module: Promise<PolicyModule> } | undefined;
  const load = () => {
    const pool = new WorkerPool({ deadline, threads: 1 });
    const read = parseBundle(bytes, owner.folder, owner.name);
    return { pool, module: read.then((bundle) => makeModule(pool, bundle, owner.folder)) };
  };
  try {
    return await use(async (inputs) => {
      if (inputs.length === 0) return { answers: [], codes: new Set() };
      loaded ??= load();
      const module = await loaded.module;
      const answers = await evaluate(loaded.pool, {
        module: module.compiled,
        before: '',
        inputs: inputs.map((input) => projected(module, JSON.parse(input))),
        after: '',
        maximum: DECISION_BOUNDS.json,
      });
      return { answers, codes: new Set(Object.keys(module.reasons)) };
    });
  } finally {
    await loaded?.pool.close();
  }
}

/**
 * Projects an input as in the gateway. A test may leave out parts; anything but record, subject and request is dropped.
 */
function projected({ owner, projection }: PolicyModule, input: Readonly<Record<string, object>>): string {
  if (owner === PREFERENCE) return wellFormedJson(input);
  const parts = (['record', 'subject', 'request'] as const)
    .filter((name) => input[name] !== undefined)
    .map((name) => `${JSON.stringify(name)}:${projection[name](input[name] as object)}`);
  return `{${parts.join(',')}}`;
}
