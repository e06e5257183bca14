// How a registry is, by the outcome of its last check: the status that answers show, and the failures that are no registry's.
import { FederationError } from '../model/errors.ts';
import type { SourceFailure } from '../model/outcome.ts';
import type { RegistryState } from './catalog.ts';
import type { CheckedSnapshot } from './refresh.ts';

/** The failure of a registry before its first check. */
export const NEVER_ASKED: SourceFailure = {
  code: 'SOURCE_UNAVAILABLE',
  message: 'the registry was not asked yet',
};
/** The failure of a registry whose snapshot lacks images that a crawl has yet to read. */
export const UNFINISHED: SourceFailure = {
  code: 'CRAWL_UNFINISHED',
  message: 'not all of its images have been read yet',
};
/** The failure of a registry without one of its own, whose snapshot is older than `cache.staleIfError` allows. */
export const TOO_OLD: SourceFailure = {
  code: 'SOURCE_UNAVAILABLE',
  message: 'its last snapshot is too old to be used',
};

/** Why some repositories are not asked for alone any more: no failure that anybody sees. */
export const SUPERSEDED = new FederationError(
  'SOURCE_UNAVAILABLE',
  'a crawl of the whole registry has begun',
);

/**
 * OK without a failure. Else STALE where a snapshot may still be used (`known`; null: none), PARTIAL where that one is
 * unfinished; without one TIMEOUT where no check ever succeeded and the failure is SOURCE_TIMEOUT, and ERROR for all else:
 * also for a registry whose records had to be dropped, whatever its last failure was.
 */
export function statusOf(
  known: CheckedSnapshot | null,
  failure: SourceFailure | null,
  everChecked: boolean,
): RegistryState['status'] {
  if (failure === null) return 'OK';
  if (known !== null) return known.unfinished === null ? 'STALE' : 'PARTIAL';
  return failure.code === 'SOURCE_TIMEOUT' && !everChecked ? 'TIMEOUT' : 'ERROR';
}
