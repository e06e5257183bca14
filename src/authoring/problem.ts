// What is wrong with a policy, as its author reads it: the place, the sentence and what to do.
import { FederationError } from '../model/errors.ts';

/** `error` refuses the policy; `warning` tells of what compiles and probably is not what was meant. */
export type Severity = 'error' | 'warning';

/** Something at a place in a policy, by whichever check found it. */
export interface Finding {
  /** Path of the file, from the folder that the command was started in. */
  readonly file: string;
  /** From 1; null where only the file is known. */
  readonly line: number | null;
  readonly column: number | null;
  readonly message: string;
  readonly hint: string | null;
}

export interface PolicyProblem extends Finding {
  /** Name of the check, which has a page: docs/policies/checks/<check>.md. */
  readonly check: string;
  readonly severity: Severity;
}

/** `policies/federation/table.rego:12:3`, as editors and terminals link it. */
export function placeOf(problem: Finding): string {
  return [problem.file, problem.line, problem.column].filter((part) => part !== null).join(':');
}

/** POLICY_INVALID for the first problem; `extensions.problems` has them all. There must be one. */
export function invalidPolicy(problems: readonly PolicyProblem[]): FederationError {
  const [first] = problems;
  if (first === undefined) throw new FederationError('INTERNAL', 'a policy without problems was refused');
  const others = problems.length - 1;
  return new FederationError(
    'POLICY_INVALID',
    others === 0 ? first.message : `${first.message} (and ${others} more)`,
    { at: placeOf(first), hint: first.hint ?? undefined, extensions: { problems } },
  );
}
