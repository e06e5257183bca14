// A failure between threads: an error does not keep its class on its way, so that it goes as plain data.
import { type ErrorCode, FederationError } from './errors.ts';

export interface ErrorData {
  readonly code: ErrorCode;
  readonly message: string;
  readonly at: string | undefined;
  readonly hint: string | undefined;
  /** The text of what was thrown, for the log. */
  readonly cause: string | undefined;
}

/** Characters of a cause's text. */
const CAUSE = 1_024;

/**
 * The error as data that can be cloned; its cause as text, of at most 1,024 characters, undefined where it has none.
 * Its `extensions` are left out.
 */
export function errorData({ code, message, at, hint, cause }: FederationError): ErrorData {
  return { code, message, at, hint, cause: cause === undefined ? undefined : String(cause).slice(0, CAUSE) };
}

/**
 * The error of {@link errorData} again, without the `extensions` that were left out there. `cause`: for the log; none
 * by default.
 */
export const errorOf = ({ code, message, at, hint }: ErrorData, cause?: unknown): FederationError =>
  new FederationError(code, message, { at, hint, cause });
