// Whether an owner's policy compiles and means what it seems to: OPA's own checks, strict, against the schema of the input
// and the built-ins that a policy may use; then panfed's, which look at what OPA accepts.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import { FederationError } from '../../model/errors.ts';
import type { ReadPath, ReasonTexts } from '../revision.ts';
import { type Bucket, readsTime } from '../time.ts';
import { DECLARATION, declaredBucket } from './bucket.ts';
import { CAPABILITIES } from './capabilities.ts';
import { CHECKS, COMPILES, RULES_ONLY, UNKNOWN_BUILT_IN } from './checks/all.ts';
import { withoutAllowed } from './checks/allow.ts';
import { problemOf } from './checks/check.ts';
import { ownData } from './checks/own-data.ts';
import { inputSchema } from './checks/schema.ts';
import { DATA_FILE, readData } from './data.ts';
import { policyFiles, STRANGE } from './files.ts';
import { jsonOf, type Opa, runOpa, said } from './opa.ts';
import { ownSchemas } from './own-schema.ts';
import type { PolicyOwner } from './owner.ts';
import type { PolicyProblem } from './problem.ts';
import { baseDocuments, readPaths } from './reads.ts';
import { reasonsOf } from './reasons.ts';
import { parsePolicy, shownPath } from './syntax.ts';

/** What is known of a policy that compiles; it holds only if there are no problems. */
export interface CheckedPolicy {
  /** Errors: with one of them nothing is built. */
  readonly problems: readonly PolicyProblem[];
  /** What compiles and probably misleads. */
  readonly warnings: readonly PolicyProblem[];
  readonly reads: readonly ReadPath[];
  readonly reasons: ReasonTexts;
  /** Of the time that it reads, in seconds; null: it reads none. */
  readonly bucket: Bucket | null;
}

/** Checks one owner's policy; what is wrong with it is in the answer, and not thrown. */
export async function checkPolicy(opa: Opa, owner: PolicyOwner): Promise<CheckedPolicy> {
  const data = await readData(owner);
  const early = [...fileProblems(owner), ...data.problems.map((finding) => problemOf(ownData, finding))];
  if (early.length === 0) early.push(...(await ownSchemas(opa, owner)));
  if (early.length === 0) early.push(...(await compilerProblems(opa, owner)));
  if (early.length > 0) return { problems: early, warnings: [], reads: [], reasons: {}, bucket: null };
  // One OPA at a time, since each may take all the memory that a build is given.
  const modules = await parsePolicy(opa, owner);
  const documents = await baseDocuments(opa, owner);
  const schemaText = await readFile(owner.schema, 'utf8');
  const reasons = reasonsOf(modules);
  const reads = readPaths(documents);
  const schema = inputSchema.parse(JSON.parse(schemaText));
  const policy = { owner, modules, documents, data: data.document, schema, reasons };
  const found = withoutAllowed(
    CHECKS.flatMap((check) => check.find(policy).map((finding) => problemOf(check, finding))),
    modules,
  );
  return {
    problems: found.filter(({ severity }) => severity === 'error'),
    warnings: found.filter(({ severity }) => severity === 'warning'),
    reads,
    reasons: reasons.texts,
    bucket: reads.some(readsTime) ? (declaredBucket(modules).bucket?.bucket ?? null) : null,
  };
}

function fileProblems(owner: PolicyOwner): PolicyProblem[] {
  const { rules, data, strange } = policyFiles(owner);
  const whole = { line: null, column: null };
  if (strange.length > 0) {
    return strange.map((name) =>
      problemOf(RULES_ONLY, { file: shownPath(join(owner.folder, name)), ...whole, ...STRANGE }),
    );
  }
  if (rules.length === 0) {
    const file = shownPath(owner.folder);
    return [problemOf(RULES_ONLY, { file, ...whole, message: 'the folder has no rules', hint: null })];
  }
  return data
    .filter((name) => name !== DATA_FILE)
    .map((name) =>
      problemOf(RULES_ONLY, {
        file: shownPath(join(owner.folder, name)),
        ...whole,
        message: `a policy has no data files but ${DATA_FILE} in its own folder`,
        hint: `write the data into ${DATA_FILE}, or as rules`,
      }),
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
  return parsed.data.errors.map(({ message, location, details }) =>
    problemOf(isUnknownFunction(message) ? UNKNOWN_BUILT_IN : COMPILES, {
      file: shownPath(location === undefined ? owner.folder : join(owner.folder, location.file)),
      // An empty file is wrong in its line 0, and the end of a file in its column 0.
      line: location?.row || null,
      column: location?.col || null,
      message,
      hint: hintFor(message, details),
    }),
  );
}

const isUnknownFunction = (message: string): boolean => /undefined function /.test(message);

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
  if (/undefined function (?:internal\.)?(?:print|trace)\b/.test(message)) {
    return 'a policy does not print: `panfed policy explain` tells which rules held, and where the others failed';
  }
  if (/undefined function time\./.test(message)) {
    return `a policy has no clock: read input.request.time, and declare its bucket: ${DECLARATION}`;
  }
  if (isUnknownFunction(message)) {
    return 'a policy has no clock, network, environment or randomness; policies/capabilities.json lists what it has';
  }
  return matchWithNull.safeParse(details).success ? 'write is_null(…)' : null;
}
