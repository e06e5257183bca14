// What came of asking one registry: always data, never an exception that reaches an answer.
import type { ErrorCode } from './errors.ts';

export const SOURCE_STATUSES = ['OK', 'STALE', 'TIMEOUT', 'ERROR', 'SKIPPED'] as const;
/** STALE: the last check failed, and records of an earlier one are used. */
export type SourceStatus = (typeof SOURCE_STATUSES)[number];

/** A failure of a registry, in our own words: what the registry wrote is logged, not answered. */
export interface SourceFailure {
  readonly code: ErrorCode;
  readonly message: string;
}
