// What came of asking one registry: always data, never an exception that reaches an answer.
import { type ErrorCode, FederationError } from './errors.ts';

/** What came of asking a registry. */
export const SOURCE_STATUSES = ['OK', 'STALE', 'PARTIAL', 'TIMEOUT', 'ERROR', 'SKIPPED'] as const;
/**
 * STALE: the last check failed, and records of an earlier one are used. PARTIAL: some of its images have not been read yet,
 * whether or not the last check failed.
 */
export type SourceStatus = (typeof SOURCE_STATUSES)[number];

/** A failure of a registry, in panfed's own words: the registry's text is logged, not answered. */
export interface SourceFailure {
  readonly code: ErrorCode;
  readonly message: string;
}

/** The failure of a registry that did not answer in time. */
export const NOT_IN_TIME: SourceFailure = {
  code: 'SOURCE_TIMEOUT',
  message: 'the registry did not answer within its deadline',
};

/**
 * A failed refresh in our own words, whatever was thrown: a FederationError's code and message, SOURCE_TIMEOUT for a
 * TimeoutError, and INTERNAL for all else, which is a fault of the gateway, and only the log says which.
 */
export function failureOf(error: unknown): SourceFailure {
  if (error instanceof FederationError) return { code: error.code, message: error.message };
  if (error instanceof Error && error.name === 'TimeoutError') return NOT_IN_TIME;
  return { code: 'INTERNAL', message: 'the gateway failed to read the registry' };
}
