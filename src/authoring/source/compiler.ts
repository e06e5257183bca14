// Reports what OPA's own compiler refuses in a policy and its tests: strict, with the schema of the input and the
// built-ins that a policy may use; with hints.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import { DECISION_KEYS } from '../../model/decision.ts';
import { FederationError } from '../../model/errors.ts';
import { COMPILES, UNKNOWN_BUILT_IN } from '../checks/all.ts';
import { problemOf } from '../checks/check.ts';
import { builtinHint } from '../opa/builtin-hints.ts';
import { CAPABILITIES } from '../opa/capabilities.ts';
import { jsonOf, type Opa, type OpaRun, runOpa, said } from '../opa/opa.ts';
import { isV0, todaysRule } from '../opa/v0-hints.ts';
import { TESTS } from './files.ts';
import type { PolicyOwner } from './owner.ts';
import { invalidPolicy, type PolicyProblem } from './problem.ts';
import { shownPath } from './syntax.ts';

const errorSchema = z.object({
  message: z.string(),
  location: z.object({ file: z.string(), row: z.int(), col: z.int() }).optional(),
  details: z.unknown().optional(),
});
type CompilerError = z.infer<typeof errorSchema>;

const errorsSchema = z.object({ errors: z.array(errorSchema) });

export interface CompilerProblems {
  readonly rules: readonly PolicyProblem[];
  /** The problems of the tests, if the rules compile. */
  readonly tests: readonly PolicyProblem[];
}

/**
 * The errors of OPA's compiler, 100 at most, rules and tests apart: OPA reports its errors in stages, so that
 * errors of the tests could hide those of the rules. Rejects with POLICY_INVALID if OPA's output is not its
 * list of errors, as {@link runOpa} does, with POLICY_TOO_COSTLY or OPA_MISSING, and with the file system's
 * error for a file that a hint needs ({@link builtinHint}).
 */
export async function compilerProblems(opa: Opa, owner: PolicyOwner): Promise<CompilerProblems> {
  const all = await problems(opa, owner, []);
  const isTest = ({ file }: PolicyProblem) => file.endsWith(TESTS);
  const rules = all.filter((problem) => !isTest(problem));
  if (rules.length > 0 || all.length === 0) return { rules, tests: [] };
  return { rules: await problems(opa, owner, ['--ignore', `*${TESTS}`]), tests: all };
}

/**
 * Resolves if OPA compiles an owner's rules and tests. Rejects with POLICY_INVALID, all problems in its extensions, if
 * OPA refuses either, and as {@link compilerProblems} does.
 */
export async function assertCompiles(opa: Opa, owner: PolicyOwner): Promise<void> {
  const { rules, tests } = await compilerProblems(opa, owner);
  if (rules.length + tests.length > 0) throw invalidPolicy([...rules, ...tests]);
}

/**
 * The POLICY_INVALID error for a policy that another of OPA's commands refused: what OPA's check finds, in its
 * extensions, otherwise the output of `run`. Rejects as {@link compilerProblems} does.
 */
export async function refusal(opa: Opa, owner: PolicyOwner, run: OpaRun): Promise<FederationError> {
  const { rules, tests } = await compilerProblems(opa, owner);
  const found = [...rules, ...tests];
  if (found.length > 0) return invalidPolicy(found);
  return new FederationError('POLICY_INVALID', said(run), { at: shownPath(owner.folder) });
}

async function problems(opa: Opa, owner: PolicyOwner, more: readonly string[]): Promise<PolicyProblem[]> {
  const limits = ['--schema', owner.schema, '--capabilities', CAPABILITIES, '--max-errors', '100'];
  const args = ['check', '--strict', '--format', 'json', ...limits, ...more, '.'];
  const run = await runOpa(opa, args, { cwd: owner.folder });
  if (run.code === 0) return [];
  const parsed = errorsSchema.safeParse(jsonOf(run.stdout) ?? jsonOf(run.stderr));
  if (!parsed.success) {
    throw new FederationError('POLICY_INVALID', `opa check failed: ${said(run)}`, {
      at: shownPath(owner.folder),
    });
  }
  return Promise.all(parsed.data.errors.map((error) => problem(error, owner)));
}

async function problem(error: CompilerError, owner: PolicyOwner): Promise<PolicyProblem> {
  const { message, location } = error;
  return problemOf(unknownFunction(message) === null ? COMPILES : UNKNOWN_BUILT_IN, {
    file: shownPath(location === undefined ? owner.folder : join(owner.folder, location.file)),
    // OPA reports an empty file at line 0, and the end of a file at column 0.
    line: location?.row || null,
    column: location?.col || null,
    message,
    hint: await hintFor(error, owner),
  });
}

const unknownFunction = (message: string): string | null =>
  /undefined function (\S+)/.exec(message)?.[1] ?? null;

const undefinedRef = z.object({
  ref: z.array(z.object({ value: z.unknown() })),
  pos: z.int(),
  oneOf: z.array(z.string()).min(1),
});
const matchWithNull = z.object({ b: z.object({ type: z.literal('null') }) });

async function hintFor({ message, details, location }: CompilerError, owner: PolicyOwner) {
  const field = undefinedRef.safeParse(details);
  if (field.success) return refHint(field.data, location?.file.endsWith(TESTS) === true);
  const unknown = unknownFunction(message);
  if (unknown !== null) return builtinHint(unknown);
  if (isV0(message)) return v0Hint(location, owner);
  return matchWithNull.safeParse(details).success ? 'write is_null(…)' : null;
}

const KEYS: readonly string[] = DECISION_KEYS;

function refHint({ ref, pos, oneOf }: z.infer<typeof undefinedRef>, inTest: boolean): string {
  const keys = ref.map(({ value }) => String(value));
  const key = keys[pos] ?? '';
  const isDecision = KEYS.includes(key) && oneOf.some((there) => KEYS.includes(there));
  if (inTest && isDecision) {
    const strange = oneOf.filter((there) => !KEYS.includes(there));
    const has = strange.length === 0 ? '' : ` and has ${strange.join(', ')}`;
    return `the test is right: the policy’s decision has no ${key}${has}; correct the policy`;
  }
  return `did you mean ${[...keys.slice(0, pos), closest(key, oneOf)].join('.')}?`;
}

async function v0Hint(location: CompilerError['location'], { name, folder }: PolicyOwner): Promise<string> {
  const lines =
    location === undefined ? [] : (await readFile(join(folder, location.file), 'utf8')).split('\n');
  const line = lines[(location?.row ?? 0) - 1] ?? '';
  const rule = todaysRule(line.slice(Math.max(0, (location?.col ?? 1) - 1)));
  const write = rule === null ? '' : `write \`${rule}\`; `;
  return `this is Rego from before OPA 1.0: ${write}\`panfed policy fmt --v0 ${name}\` rewrites all of it`;
}
