// A failure as the command line reports it: `error CODE: message`, where, what to do, and the exit code of the one
// table.
import { FederationError } from '../model/errors.ts';
import { inert } from '../model/inert.ts';
import type { Output } from './terminal/output.ts';

/** A failure that was reported already, as a line of the log. */
export class ReportedFailure extends Error {
  override readonly name = 'ReportedFailure';
  /** The exit code of the process. */
  readonly exitCode: number;

  /** `cause`: the failure, whose code says the exit code; 1 for any other value. */
  constructor(cause: unknown) {
    super('reported already', { cause });
    this.exitCode = cause instanceof FederationError ? cause.entry.exit : 1;
  }
}

/**
 * Reports the failure on stderr and returns the exit code, 1 to 5: that of the error's code in the one table,
 * and 1 for any other error, which is unexpected. The stack, with at most eight causes, is shown only if
 * PANFED_DEBUG is set. Texts are inert.
 */
export function reportFailure(error: unknown, output: Output, env: NodeJS.ProcessEnv): number {
  const known = error instanceof FederationError ? error : null;
  const message = known?.message ?? (error instanceof Error ? error.message : String(error));
  const lines = [
    `${output.style('red', `error ${known?.code ?? 'INTERNAL'}:`, 'message')} ${inertLines(message)}`,
    ...detail('at', known?.at),
    ...detail('hint', known?.hint ?? (known ? undefined : 'PANFED_DEBUG=1 shows where it happened.')),
  ];
  output.message(`${lines.join('\n')}\n`);
  if (env.PANFED_DEBUG && error instanceof Error) output.message(`${debugText(error)}\n`);
  return known?.entry.exit ?? 1;
}

const detail = (name: string, text: string | undefined): string[] =>
  text === undefined ? [] : [`  ${name}: ${inert(text)}`];

/** Our own messages may have several lines; within each, text from outside is inert. */
function inertLines(text: string): string {
  return text
    .split('\n')
    .map((line) =>
      line.replace(/^( *)(.*)$/s, (_whole, indent: string, rest: string) => indent + inert(rest)),
    )
    .join('\n');
}

function debugText(error: Error): string {
  const causes: string[] = [];
  for (let each: unknown = error; each instanceof Error && causes.length < 8; each = each.cause) {
    causes.push(inertLines(each.stack ?? each.message));
  }
  return causes.join('\ncaused by ');
}

/**
 * A failure as the fields of a line of the log: `code`, `at` and `hint` (undefined: none); an unexpected one
 * as INTERNAL, with its stack.
 */
export function failureEntry(error: unknown): Record<string, unknown> {
  if (!(error instanceof FederationError)) return { code: 'INTERNAL', err: error };
  const { code, at, hint } = error;
  return { code, at, hint };
}

/** The message of an error; any other value as text. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
