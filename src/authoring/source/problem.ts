// A problem of a policy for its author: the place, the message and a hint.
import { FederationError } from '../../model/errors.ts';

/** `error` refuses the policy; `warning` reports rules that compile but probably do not mean what they seem to. */
export type Severity = 'error' | 'warning';

/** A finding of any check at a place in a policy. */
export interface Finding {
  /** Path of the file, relative to the working directory. */
  readonly file: string;
  /** From 1; null: only the file is known. */
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

/**
 * The place as editors and terminals link it: `policies/federation/table.rego:12:3`; without the line or column that is
 * null.
 */
export function placeOf(problem: Finding): string {
  return [problem.file, problem.line, problem.column].filter((part) => part !== null).join(':');
}

/**
 * An error to be thrown by the caller: POLICY_INVALID for the first problem; `extensions.problems` has them
 * all. Throws INTERNAL if there is none.
 */
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
