// Which repositories are crawled: those that federation.yaml names, and those of the registry's list that its globs match.
import { globMatcher } from '../../config/glob.ts';
import { FederationError } from '../../model/errors.ts';
import { isRepository } from '../../model/oci-names.ts';
import { paced, preparing } from '../../model/pace.ts';
import type { Listing } from './listing.ts';
import type { CrawledRegistry } from './registry.ts';
import { Unusable } from './unusable.ts';

export interface Repositories {
  /** Sorted, each once. */
  readonly names: readonly string[];
  /** Those that federation.yaml names: one that is not there is a mistake. */
  readonly named: ReadonlySet<string>;
  /** What is wrong with the registry's list, beside which it can be used; null: nothing. */
  readonly doubt: string | null;
}

/** Whether it stands for more than one name, and the registry has to be asked for its list. */
export const isGlob = (entry: string): boolean => entry.includes('*');

/** Those of the entries that are names, each once; empty where all are globs. */
export const namedIn = (entries: readonly string[]): ReadonlySet<string> =>
  new Set(entries.filter((entry) => !isGlob(entry)));

/**
 * The repositories that the entries name or match ({@link globMatcher}), none for no entries; the registry is
 * asked for its list where one is a glob. Rejects then with SOURCE_REFUSED or SOURCE_HTTP_STATUS where it
 * does not give one, with SOURCE_TOO_LARGE beyond `limits.oci.repositories` or ten times as many listed, and
 * as {@link Listing.repositories} does.
 */
export async function repositoriesOf(
  registry: CrawledRegistry,
  listing: Listing,
  entries: readonly string[],
): Promise<Repositories> {
  const named = namedIn(entries);
  const globs = entries.filter(isGlob);
  if (globs.length === 0) return { names: [...named].sort(), named, doubt: null };
  const listed = await listedOf(registry, listing, globs);
  const matchers = globs.map(globMatcher);
  const names = new Set(named);
  let isMalformed = false;
  await paced(listed.names, preparing, (name) => {
    if (!isRepository(name)) isMalformed = true;
    else if (matchers.some((matches) => matches(name))) names.add(name);
    if (names.size > registry.limits.oci.repositories) throw tooMany(registry);
  });
  const malformed = isMalformed
    ? 'the registry’s list of repositories has names that are none by the OCI distribution specification'
    : null;
  return { names: [...names].sort(), named, doubt: listed.doubt ?? malformed };
}

async function listedOf(registry: CrawledRegistry, listing: Listing, globs: readonly string[]) {
  try {
    return await listing.repositories(registry, globs);
  } catch (error) {
    throw error instanceof Unusable ? tooMany(registry) : error;
  }
}

const tooMany = ({ limits }: CrawledRegistry): FederationError =>
  new FederationError('SOURCE_TOO_LARGE', `more than ${limits.oci.repositories} repositories`, {
    hint: 'Name fewer in the registry’s `crawl`, or raise limits.oci.repositories.',
  });
