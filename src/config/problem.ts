// What is wrong with a federation.yaml, or a catalog: places, messages and hints, gathered so that one run shows all of them.
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

/** How checks tell what they found: the path into the configuration, what is wrong, and what to do about it. */
export type Report = (path: readonly PropertyKey[], message: string, hint?: string) => void;

/** More than these are counted, not told. */
const MOST = 50;

export function tellProblem(file: string, problem: Problem): DescribedProblem {
  const { position } = problem;
  return {
    at: position === null ? file : `${file}:${position.line}:${position.column}`,
    message: problem.message,
    hint: problem.hint ?? null,
  };
}

/**
 * CONFIG_INVALID, or CATALOG_INVALID for a catalog, for at least one problem. One problem is the error itself; of
 * several each has its line in the message. `extensions.problems` has them as data. `count` is how many there are, where
 * not all are given.
 */
export function configInvalid(
  file: string,
  problems: readonly Problem[],
  code: 'CONFIG_INVALID' | 'CATALOG_INVALID' = 'CONFIG_INVALID',
  count = problems.length,
): FederationError {
  const told = inOrder(problems).map((problem) => tellProblem(file, problem));
  const shown = told.slice(0, MOST);
  const extensions = { problems: shown };
  const [only] = told;
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

/** Messages are told alone too, and then end without a full stop. */
const joined = (message: string, hint: string): string =>
  `${/[.?!]$/.test(message) ? message : `${message}.`} ${hint}`;

function inOrder(problems: readonly Problem[]): Problem[] {
  const key = ({ position }: Problem) => (position === null ? 0 : position.line * 1e6 + position.column);
  return [...problems].sort((a, b) => key(a) - key(b));
}
