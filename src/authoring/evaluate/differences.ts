// Whether the module that is compiled from an owner's policy answers as OPA does: the bundle is loaded and asked as in
// the gateway, with no more of each input than the module reads; OPA is asked with the whole of it.

import { PREFERENCE } from '../../policy/bundle/manifest.ts';
import { parseBundle } from '../../policy/bundle/read.ts';
import { DECISION_BOUNDS } from '../../policy/decisions/answer.ts';
import { wellFormedJson } from '../../policy/decisions/projection.ts';
import { evaluate } from '../../policy/wasm/evaluator.ts';
import { makeModule, type PolicyModule } from '../../policy/wasm/module.ts';
import { WorkerPool } from '../../policy/wasm/pool.ts';
import type { Answer } from '../../policy/wasm/sandbox.ts';
import { type CompiledPolicy, compilePolicy } from '../build/compile.ts';
import type { Opa } from '../opa/opa.ts';
import type { PolicyOwner } from '../source/owner.ts';
import { difference, opaAnswers } from './answers.ts';

export interface DifferencesOptions {
  /** Its compiled bundle; without it, the policy is compiled here. */
  readonly compiled?: CompiledPolicy | undefined;
  /** Milliseconds for a batch of inputs; 10,000 by default. */
  readonly deadline?: number | undefined;
}

/** Milliseconds for a batch of inputs: a test's policy may be slow, but an endless one must end. */
const DEADLINE = 10_000;

/**
 * The differences between OPA's answers and the compiled policy's, as text, by input; inputs are JSON, and those with equal
 * answers are left out: empty where all are equal, or for no inputs. The compiled policy may take 10,000 milliseconds a
 * batch by default. Rejects as {@link compiledAnswers} and {@link opaAnswers} do: with POLICY_INVALID, POLICY_TOO_COSTLY,
 * OPA_MISSING or INTERNAL, with the file system's errors (see {@link inScratchFolder} and {@link checkPolicy}), and with a
 * SyntaxError for an input that is not JSON.
 */
export async function differencesOf(
  opa: Opa,
  owner: PolicyOwner,
  inputs: readonly string[],
  options: DifferencesOptions = {},
): Promise<ReadonlyMap<string, string>> {
  const each = [...new Set(inputs)];
  const { answers: compiled } = await compiledAnswers(opa, owner, each, options);
  const rules = { folder: owner.folder, rule: owner.entrypoint.split('/') };
  const expected = await opaAnswers(opa, rules, each);
  const found = new Map<string, string>();
  for (const [index, input] of each.entries()) {
    const [opaAnswer, answer] = [expected[index], compiled[index]];
    if (opaAnswer === undefined || answer === undefined) continue;
    const text = difference(opaAnswer, answer);
    if (text !== null) found.set(input, text);
  }
  return found;
}

export interface CompiledAnswers {
  /** One for each input, in their order. */
  readonly answers: readonly Answer[];
  /** The reason codes that have a text. */
  readonly codes: ReadonlySet<string>;
}

/**
 * The compiled policy's answer to each input (JSON), in their order, evaluated as in the gateway, but within
 * `deadline` milliseconds a batch (10,000 by default); and the codes of its reasons. For no inputs there is
 * neither. Rejects as {@link compilePolicy} does where it is compiled here, with POLICY_INVALID if the module
 * does not load, with INTERNAL if panfed was not built, and with a SyntaxError for an input that is not JSON.
 */
export async function compiledAnswers(
  opa: Opa,
  owner: PolicyOwner,
  inputs: readonly string[],
  { compiled, deadline = DEADLINE }: DifferencesOptions,
): Promise<CompiledAnswers> {
  const { bytes } = compiled ?? (await compilePolicy(opa, owner, { onlyToLoad: true }));
  if (inputs.length === 0) return { answers: [], codes: new Set() };
  const pool = new WorkerPool({ deadline, threads: 1 });
  try {
    const module = await makeModule(pool, await parseBundle(bytes, owner.folder, owner.name), owner.folder);
    const answers = await evaluate(pool, {
      module: module.compiled,
      before: '',
      inputs: inputs.map((input) => projected(module, JSON.parse(input))),
      after: '',
      maximum: DECISION_BOUNDS.json,
    });
    return { answers, codes: new Set(Object.keys(module.reasons)) };
  } finally {
    await pool.close();
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
