// Whether an owner's policy compiles: OPA's own checks, strict, against the schema of the input and the built-ins that
// a policy may use; then what OPA does not tell (packages, whole reads, impossible values, reasons without a message).
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import { FederationError } from '../../model/errors.ts';
import type { ReadPath, ReasonTexts } from '../revision.ts';
import { CAPABILITIES } from './capabilities.ts';
import { inputSchema, valueProblems } from './enumerations.ts';
import { type Opa, runOpa, said } from './opa.ts';
import type { PolicyOwner } from './owner.ts';
import type { PolicyProblem } from './problem.ts';
import { baseDocuments, readPaths, refusedReads } from './reads.ts';
import { reasonsOf } from './reasons.ts';
import { type PolicyModule, parsePolicy, policyFiles, problemAt, shownPath } from './syntax.ts';

/** What is known of a policy that compiles; it holds only if there are no problems. */
export interface CheckedPolicy {
  readonly problems: readonly PolicyProblem[];
  readonly reads: readonly ReadPath[];
  readonly reasons: ReasonTexts;
}

/** Checks one owner's policy; what is wrong with it is in the answer, and not thrown. */
export async function checkPolicy(opa: Opa, owner: PolicyOwner): Promise<CheckedPolicy> {
  const early = [...fileProblems(owner)];
  if (early.length === 0) early.push(...(await compilerProblems(opa, owner)));
  if (early.length > 0) return { problems: early, reads: [], reasons: {} };
  const [modules, documents, schema] = await Promise.all([
    parsePolicy(opa, owner),
    baseDocuments(opa, owner),
    readFile(owner.schema, 'utf8'),
  ]);
  const reasons = reasonsOf(modules);
  const problems = [
    ...packageProblems(owner, modules),
    ...refusedReads(owner, documents, modules),
    ...valueProblems(inputSchema.parse(JSON.parse(schema)), modules),
    ...reasons.problems,
  ];
  return { problems, reads: readPaths(documents), reasons: reasons.texts };
}

function fileProblems(owner: PolicyOwner): PolicyProblem[] {
  const { rules, data } = policyFiles(owner);
  const whole = { line: null, column: null };
  if (rules.length === 0) {
    return [{ file: shownPath(owner.folder), ...whole, message: 'the folder has no rules', hint: null }];
  }
  return data.map((name) => ({
    file: shownPath(join(owner.folder, name)),
    ...whole,
    message: 'a policy has no data files: what it knows is in its rules, which its revision covers',
    hint: 'write the data as rules',
  }));
}

/** Modules of another package would be another owner's, or collide with them. */
function packageProblems(owner: PolicyOwner, modules: readonly PolicyModule[]): PolicyProblem[] {
  const wanted = owner.package.join('.');
  return modules
    .filter((module) => !owner.package.every((key, index) => key === module.package[index]))
    .map((module) =>
      problemAt(
        module,
        module.packageLocation,
        `package ${module.package.join('.')} is not ${owner.name}’s`,
        `write package ${wanted}`,
      ),
    );
}

const errorsSchema = z.object({
  errors: z.array(
    z.object({
      message: z.string(),
      location: z.object({ file: z.string(), row: z.int(), col: z.int() }).optional(),
      details: z.unknown().optional(),
    }),
  ),
});

async function compilerProblems(opa: Opa, owner: PolicyOwner): Promise<PolicyProblem[]> {
  const limits = ['--schema', owner.schema, '--capabilities', CAPABILITIES, '--max-errors', '100'];
  const run = await runOpa(opa, ['check', '--strict', '--format', 'json', ...limits, '.'], {
    cwd: owner.folder,
  });
  if (run.code === 0) return [];
  const parsed = errorsSchema.safeParse(jsonOf(run.stdout) ?? jsonOf(run.stderr));
  if (!parsed.success) {
    throw new FederationError('POLICY_INVALID', `opa check failed: ${said(run)}`, {
      at: shownPath(owner.folder),
    });
  }
  return parsed.data.errors.map(({ message, location, details }) => ({
    file: shownPath(location === undefined ? owner.folder : join(owner.folder, location.file)),
    line: location?.row ?? null,
    column: location?.col ?? null,
    message,
    hint: hintFor(message, details),
  }));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const undefinedRef = z.object({
  ref: z.array(z.object({ value: z.unknown() })),
  pos: z.int(),
  oneOf: z.array(z.string()).min(1),
});
const matchWithNull = z.object({ b: z.object({ type: z.literal('null') }) });

function hintFor(message: string, details: unknown): string | null {
  const field = undefinedRef.safeParse(details);
  if (field.success) {
    const { ref, pos, oneOf } = field.data;
    const keys = ref.map(({ value }) => String(value));
    return `did you mean ${[...keys.slice(0, pos), closest(keys[pos] ?? '', oneOf)].join('.')}?`;
  }
  if (/^undefined function /.test(message)) {
    return 'a policy has no clock, network, environment or randomness; policies/capabilities.json lists what it has';
  }
  return matchWithNull.safeParse(details).success ? 'write is_null(…)' : null;
}
