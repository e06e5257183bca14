// Runs the tests of each owner's policy, separately and with the built-ins of policies: a test sees no other owner's
// rules, and no clock, network or environment. Then evaluates the inputs of the tests again by the module that is
// compiled from the policy, with the gateway's own evaluator, so that what was tested is what decides.
import { join } from 'node:path';
import { z } from 'zod';
import { FederationError } from '../../model/errors.ts';
import { type CompiledPolicy, compilePolicy } from '../build/compile.ts';
import { CAPABILITIES } from '../opa/capabilities.ts';
import { jsonOf, type Opa, runOpa } from '../opa/opa.ts';
import { refusal } from '../source/compiler.ts';
import { assertFiles } from '../source/files.ts';
import type { PolicyOwner } from '../source/owner.ts';
import { type PolicyProblem, placeOf } from '../source/problem.ts';
import { shownPath } from '../source/syntax.ts';
import { askingCompiled } from './compiled-answers.ts';
import { differencesOf } from './differences.ts';
import { type Questions, questionsOf, testKey } from './questions.ts';
import { refusedAnswers, refusedBySpread } from './refused.ts';

export interface PolicyTest {
  readonly owner: string;
  readonly name: string;
  /** `policies/federation/trust_test.rego:12`. */
  readonly at: string;
  /**
   * `differs`: it passes with OPA, but the compiled policy answers one of its inputs differently. `refused`: the
   * gateway would refuse the answer to one of them, and deny everything for it.
   */
  readonly outcome: 'passed' | 'failed' | 'error' | 'skipped' | 'differs' | 'refused';
  /** OPA's error, or the first difference or refusal; null otherwise. */
  readonly detail: string | null;
  /** The number of inputs with which it evaluated the entry point; the compiled policy evaluated each as well. */
  readonly inputs: number;
}

const resultsSchema = z.array(
  z.object({
    package: z.string(),
    name: z.string(),
    location: z.object({ file: z.string(), row: z.int() }),
    fail: z.boolean().optional(),
    skip: z.boolean().optional(),
    error: z.unknown().optional(),
  }),
);

export interface TestOptions {
  /** Its bundle, compiled from the same files; without it, the policy is compiled here. */
  readonly compiled?: CompiledPolicy;
  /** Milliseconds for a batch of inputs to the compiled policy; 10,000 by default. */
  readonly deadline?: number;
  /** Milliseconds of one test with OPA; 10,000 by default. */
  readonly timeout?: number;
  /** Do not evaluate the compiled policy if a test fails with OPA; by default it is evaluated all the same. */
  readonly stopAtFailure?: boolean;
}

/**
 * The result of every test of the owner, by file and line; then, as refused tests named `usual questions`,
 * the usual inputs whose answers the gateway would refuse. A test with OPA, and a batch of inputs, may take
 * 10,000 milliseconds by default. After a failure with `stopAtFailure` (false by default) there are none of
 * these, and every `inputs` is 0. Rejects with POLICY_INVALID if the rules or tests do not compile, with
 * POLICY_TESTS_FAILED if there are no tests, as {@link runOpa} does, and as {@link differencesOf} does.
 */
export async function testPolicy(
  opa: Opa,
  owner: PolicyOwner,
  { compiled, deadline, timeout = 10_000, stopAtFailure = false }: TestOptions = {},
): Promise<PolicyTest[]> {
  const results = await opaResults(opa, owner, timeout);
  const enough = stopAtFailure && results.some(({ fail, error }) => fail === true || error !== undefined);
  const questions: Questions = enough ? new Map() : await questionsOf(opa, owner);
  const inputs = [...new Set([...questions.values()].flat())];
  const asked = enough
    ? NOT_ASKED
    : await askCompiled(opa, owner, inputs, {
        compiled: compiled ?? (await compilePolicy(opa, owner, { onlyToLoad: true })),
        deadline,
      });
  const { differences, refusals, usual } = asked;
  const tests = results.map((result): PolicyTest => {
    const { location, name, fail, skip, error } = result;
    const inputs = questions.get(testKey(result)) ?? [];
    const difference = inputs.map((input) => differences.get(input)).find((text) => text !== undefined);
    const refusal = inputs.map((input) => refusals.get(input)).find((text) => text !== undefined);
    const opaOutcome = skip ? 'skipped' : error !== undefined ? 'error' : fail ? 'failed' : 'passed';
    return {
      owner: owner.name,
      name,
      at: `${shownPath(join(owner.folder, location.file))}:${location.row}`,
      outcome: opaOutcome === 'passed' ? outcomeOf(difference, refusal) : opaOutcome,
      detail: error === undefined ? (difference ?? describeRefusal(refusal)) : JSON.stringify(error),
      inputs: inputs.length,
    };
  });
  return [...tests, ...usual.map((problem) => usualTest(owner, problem))];
}

/** What the compiled policy answers otherwise than OPA, or than the gateway takes, by input; and to the usual inputs. */
interface Asked {
  readonly differences: ReadonlyMap<string, string>;
  readonly refusals: ReadonlyMap<string, string>;
  readonly usual: readonly PolicyProblem[];
}

const NOT_ASKED: Asked = { differences: new Map(), refusals: new Map(), usual: [] };

function askCompiled(
  opa: Opa,
  owner: PolicyOwner,
  inputs: readonly string[],
  { compiled, deadline }: { readonly compiled: CompiledPolicy; readonly deadline: number | undefined },
): Promise<Asked> {
  return askingCompiled(
    owner,
    compiled,
    async (ask) => {
      const answered = await ask(inputs);
      return {
        differences: await differencesOf(opa, owner, inputs, answered.answers),
        refusals: refusedAnswers(owner, inputs, answered),
        usual: await refusedBySpread(opa, owner, ask),
      };
    },
    deadline,
  );
}

function outcomeOf(difference: string | undefined, refusal: string | undefined): PolicyTest['outcome'] {
  if (difference !== undefined) return 'differs';
  return refusal === undefined ? 'passed' : 'refused';
}

const describeRefusal = (refusal: string | undefined): string | null =>
  refusal === undefined ? null : `the gateway refuses an answer to one of its inputs: ${refusal}`;

/** A problem with inputs that no test uses, as a failed test: it also prevents shipping the policy. */
function usualTest(owner: PolicyOwner, problem: PolicyProblem): PolicyTest {
  const { message, hint } = problem;
  return {
    ...{ owner: owner.name, name: 'usual questions', at: placeOf(problem), outcome: 'refused', inputs: 0 },
    detail: hint === null ? message : `${message}; ${hint}`,
  };
}

/** Whether a test prevents shipping the policy: any outcome but passed and skipped. */
export function isFailure({ outcome }: PolicyTest): boolean {
  return outcome !== 'passed' && outcome !== 'skipped';
}

/**
 * Whether a test failed only because its time ran out, with OPA or in the gateway's evaluator, or because the evaluator's
 * worker died meanwhile; it may pass when repeated.
 */
export function ranOutOfTime({ outcome, detail }: PolicyTest): boolean {
  if (outcome === 'error') return detail?.includes('"eval_cancel_error"') === true;
  return outcome === 'differs' && / compiled: deadline: /.test(detail ?? '');
}

async function opaResults(
  opa: Opa,
  owner: PolicyOwner,
  timeout: number,
): Promise<z.infer<typeof resultsSchema>> {
  assertFiles(owner, shownPath);
  const limits = ['--capabilities', CAPABILITIES, '--timeout', `${timeout}ms`];
  const args = ['test', '--format', 'json', ...limits, '.'];
  const run = await runOpa(opa, args, { cwd: owner.folder });
  const output = jsonOf(run.stdout);
  // OPA writes null if there are no tests.
  const parsed = resultsSchema.safeParse(output === null ? [] : output);
  if (!parsed.success) {
    throw await refusal(opa, owner, run);
  }
  if (parsed.data.length === 0) {
    throw new FederationError('POLICY_TESTS_FAILED', `the policy of ${owner.name} has no tests`, {
      at: shownPath(owner.folder),
      hint: 'write rules named test_… in files named …_test.rego',
    });
  }
  // OPA runs tests in parallel and lists them in the order in which they end.
  return parsed.data.sort(({ location: a }, { location: b }) =>
    a.file === b.file ? a.row - b.row : a.file < b.file ? -1 : 1,
  );
}
