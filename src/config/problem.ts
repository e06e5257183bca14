// Problems of a federation.yaml or a catalog: position, message and hint, collected so that one run shows all of them.
import { type ErrorDetail, FederationError } from '../model/errors.ts';

/** Both count from 1, as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface Problem {
  /** null: the file as a whole. */
  readonly position: Position | null;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** A problem as it leaves the process: `at` is `federation.yaml:12:3`. */
export interface DescribedProblem {
  readonly at: string;
  readonly message: string;
  readonly hint: string | null;
}

/** Records a problem that a check found: the path into the configuration, what is wrong, and what to do about it. */
export type Report = (path: readonly PropertyKey[], message: string, hint?: string) => void;

/** Problems that are listed; further ones are only counted. */
const MAX_LISTED = 50;

/**
 * The problem with its position as text, `<file>:<line>:<column>`, each from 1, or `<file>` alone for the
 * file as a whole; a hint that is missing is null.
 */
export function describeProblem(file: string, problem: Problem): DescribedProblem {
  const { position } = problem;
  return {
    at: position === null ? file : `${file}:${position.line}:${position.column}`,
    message: problem.message,
    hint: problem.hint ?? null,
  };
}

/**
 * An error for one or more problems, to be thrown by the caller: CONFIG_INVALID by default, or
 * CATALOG_INVALID for a catalog. A single problem is the message itself; several have one line each, in the
 * order of the file, at most 50. `extensions.problems` holds those as data. `count` is the total where
 * `problems` are only the first; by default there are no others.
 */
export function configInvalid(
  file: string,
  problems: readonly Problem[],
  code: 'CONFIG_INVALID' | 'CATALOG_INVALID' = 'CONFIG_INVALID',
  count = problems.length,
): FederationError {
  const described = inOrder(problems).map((problem) => describeProblem(file, problem));
  const shown = described.slice(0, MAX_LISTED);
  const extensions = { problems: shown };
  const [only] = described;
  if (only !== undefined && count === 1) {
    const detail: ErrorDetail = { at: only.at, extensions };
    return new FederationError(
      code,
      only.message,
      only.hint === null ? detail : { ...detail, hint: only.hint },
    );
  }
  const lines = shown.map(
    ({ at, message, hint }) => `\n  ${at}: ${hint === null ? message : joined(message, hint)}`,
  );
  const rest = count > shown.length ? `\n  … and ${count - shown.length} more` : '';
  return new FederationError(code, `${count} problems:${lines.join('')}${rest}`, {
    at: file,
    extensions,
  });
}

/** Messages end without a full stop, because they are also shown without a hint. */
const joined = (message: string, hint: string): string =>
  `${/[.?!]$/.test(message) ? message : `${message}.`} ${hint}`;

function inOrder(problems: readonly Problem[]): Problem[] {
  const key = ({ position }: Problem) => (position === null ? 0 : position.line * 1e6 + position.column);
  return [...problems].sort((a, b) => key(a) - key(b));
}
