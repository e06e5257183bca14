// How a registry is, by the outcome of its last check: the status that answers show, and the failures that are no registry's.
import { FederationError } from '../model/errors.ts';
import type { SourceFailure } from '../model/outcome.ts';
import type { RegistryState } from './catalog.ts';
import type { CheckedSnapshot } from './refresh.ts';

export const NEVER_ASKED: SourceFailure = {
  code: 'SOURCE_UNAVAILABLE',
  message: 'the registry was not asked yet',
};
export const UNFINISHED: SourceFailure = {
  code: 'CRAWL_UNFINISHED',
  message: 'not all of its images have been read yet',
};
/** Its refresh goes on, and may still succeed. */
export const LATE: SourceFailure = {
  code: 'SOURCE_TIMEOUT',
  message: 'the registry did not answer within its deadline',
};
export const TOO_OLD: SourceFailure = {
  code: 'SOURCE_UNAVAILABLE',
  message: 'its last snapshot is too old to be used',
};

/** Why some repositories are not asked for alone any more: no failure that anybody sees. */
export const SUPERSEDED = new FederationError(
  'SOURCE_UNAVAILABLE',
  'a crawl of the whole registry has begun',
);

/** A registry whose records had to be dropped is an ERROR, whatever its last failure was. */
export function statusOf(
  known: CheckedSnapshot | null,
  failure: SourceFailure | null,
  everChecked: boolean,
): RegistryState['status'] {
  if (failure === null) return 'OK';
  if (known !== null) return known.unfinished === null ? 'STALE' : 'PARTIAL';
  return failure.code === 'SOURCE_TIMEOUT' && !everChecked ? 'TIMEOUT' : 'ERROR';
}
