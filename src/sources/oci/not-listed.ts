// What it means that a registry does not list its repositories, or the tags of one.
import { FederationError } from '../../model/errors.ts';
import { Unusable } from './unusable.ts';

/** Why there is no list of repositories. */
export function notListed(status: number): FederationError {
  const isRefused = status === 401 || status === 403;
  return new FederationError(
    isRefused ? 'SOURCE_REFUSED' : 'SOURCE_HTTP_STATUS',
    `the registry does not list its repositories (HTTP ${status})`,
    { hint: 'Name them in the registry’s `crawl` instead of a glob.' },
  );
}

/** null where the repository is not there. Throws {@link Unusable} for every other status. */
export function tagsNotListed(status: number): null {
  if (status === 404 || status === 410) return null;
  throw new Unusable(`the registry does not list its tags (HTTP ${status})`);
}
