// What it means that a registry does not list its repositories, or the tags of one.
import { FederationError } from '../../model/errors.ts';

/**
 * Why there is no list of repositories, by its HTTP status: SOURCE_REFUSED for 401 and 403,
 * SOURCE_HTTP_STATUS for every other.
 */
export const notListed = (status: number): FederationError =>
  failure(
    `the registry does not list its repositories (HTTP ${status})`,
    status,
    'Name them in the registry’s `crawl` instead of a glob.',
  );

/**
 * null where the repository is not there, for the HTTP status 404 and 410.
 * @throws FederationError SOURCE_REFUSED for 401 and 403, and SOURCE_HTTP_STATUS for every other status
 */
export function tagsNotListed(status: number): null {
  if (status === 404 || status === 410) return null;
  throw failure(`the registry does not list its tags (HTTP ${status})`, status);
}

function failure(message: string, status: number, hint?: string): FederationError {
  const isRefused = status === 401 || status === 403;
  return new FederationError(isRefused ? 'SOURCE_REFUSED' : 'SOURCE_HTTP_STATUS', message, { hint });
}
