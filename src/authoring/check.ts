// Checks whether an owner's policy compiles and means what it seems to: OPA's own checks, strict, with the schema of
// the input and the built-ins that a policy may use; then panfed's, on what OPA accepts.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadPath, ReasonTexts } from '../policy/bundle/revision.ts';
import { type Bucket, readsTime } from '../policy/decisions/time.ts';
import { CHECKS, RULES_ONLY } from './checks/all.ts';
import { withoutAllowed } from './checks/allow.ts';
import { problemOf } from './checks/check.ts';
import { scopesOf } from './checks/fields.ts';
import { ownData } from './checks/own-data.ts';
import { rulesOf } from './checks/rules.ts';
import { inputSchema } from './checks/schema.ts';
import type { Opa } from './opa/opa.ts';
import { declaredBucket } from './source/bucket.ts';
import { compilerProblems } from './source/compiler.ts';
import { DATA_FILE, readData } from './source/data.ts';
import { policyFiles, UNSUPPORTED } from './source/files.ts';
import { ownSchemas } from './source/own-schema.ts';
import type { PolicyOwner } from './source/owner.ts';
import type { PolicyProblem } from './source/problem.ts';
import { baseDocuments, readPaths } from './source/reads.ts';
import { reasonsOf } from './source/reasons.ts';
import { type ParseFile, parsePolicy, parserOf, shownPath } from './source/syntax.ts';

/** The result of the checks; reads, reasons and bucket are valid only if there are no problems. */
export interface CheckedPolicy {
  /** Errors: a policy with one of them is not built. */
  readonly problems: readonly PolicyProblem[];
  /** Rules that compile but probably do not mean what they seem to. */
  readonly warnings: readonly PolicyProblem[];
  readonly reads: readonly ReadPath[];
  readonly reasons: ReasonTexts;
  /** Entry points that it has besides its owner's. */
  readonly more: readonly string[];
  /** The time bucket that it declares, in seconds; null: it does not read the time. */
  readonly bucket: Bucket | null;
}

/**
 * Checks one owner's policy. Its problems and warnings are in the result, and what the policy reads, its
 * reasons and its time bucket (null: none, or there are problems). Rejects only as {@link runOpa} does, with
 * POLICY_TOO_COSTLY, POLICY_INVALID or OPA_MISSING, or with the file system's error for unreadable files.
 * @param parse for the same files, where they are needed afterwards too
 */
export async function checkPolicy(
  opa: Opa,
  owner: PolicyOwner,
  parse: ParseFile = parserOf(opa, owner),
): Promise<CheckedPolicy> {
  const data = await readData(owner);
  const early = [...fileProblems(owner), ...data.problems.map((finding) => problemOf(ownData, finding))];
  if (early.length === 0) early.push(...(await ownSchemas(owner, parse)));
  const compiler = early.length === 0 ? await compilerProblems(opa, owner) : { rules: [], tests: [] };
  early.push(...compiler.rules);
  if (early.length > 0) {
    return { problems: early, warnings: [], reads: [], reasons: {}, more: [], bucket: null };
  }
  // One OPA at a time, since each may take all the memory of a build.
  const modules = await parsePolicy(opa, owner, parse);
  const documents = await baseDocuments(opa, owner);
  const schemaText = await readFile(owner.schema, 'utf8');
  const reasons = reasonsOf(modules);
  const reads = readPaths(documents);
  const schema = inputSchema.parse(JSON.parse(schemaText));
  const rules = rulesOf(modules);
  const scopes = scopesOf(rules);
  const policy = { owner, modules, rules, scopes, documents, data: data.document, schema, reasons };
  const found = withoutAllowed(
    CHECKS.flatMap((check) => check.find(policy).map((finding) => problemOf(check, finding))),
    modules,
  );
  return {
    // Problems of the rules come first, also if tests do not compile because of them.
    problems: [...found.filter(({ severity }) => severity === 'error'), ...compiler.tests],
    warnings: found.filter(({ severity }) => severity === 'warning'),
    reads,
    reasons: reasons.texts,
    more: owner.optional.filter((one) =>
      rules.some(({ name }) => one === [...owner.package, name].join('/')),
    ),
    bucket: reads.some(readsTime) ? (declaredBucket(modules).bucket?.bucket ?? null) : null,
  };
}

function fileProblems(owner: PolicyOwner): PolicyProblem[] {
  const { rules, data, unsupported } = policyFiles(owner);
  const whole = { line: null, column: null };
  if (unsupported.length > 0) {
    return unsupported.map((name) =>
      problemOf(RULES_ONLY, { file: shownPath(join(owner.folder, name)), ...whole, ...UNSUPPORTED }),
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
        message: `a policy may have no data file but ${DATA_FILE} in its own folder`,
        hint: `write the data into ${DATA_FILE}, or as rules`,
      }),
    );
}
