// Which repositories are crawled: those that federation.yaml names, and those of the registry's list that its globs match.
import { globMatcher } from '../../config/glob.ts';
import { FederationError } from '../../model/errors.ts';
import { isRepository } from '../../model/oci-names.ts';
import { list } from './list.ts';
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

/**
 * The repositories that the entries name or match. Rejects with SOURCE_REFUSED or SOURCE_HTTP_STATUS where a glob needs
 * a list that the registry does not give, with SOURCE_TOO_LARGE beyond the limit, and as `list` does.
 */
export async function repositoriesOf(
  registry: CrawledRegistry,
  entries: readonly string[],
): Promise<Repositories> {
  const named = new Set(entries.filter((entry) => !isGlob(entry)));
  const matchers = entries.filter(isGlob).map(globMatcher);
  if (matchers.length === 0) return { names: [...named].sort(), named, doubt: null };
  const listed = await catalogOf(registry);
  const valid = listed.names.filter(isRepository);
  const names = new Set([...named, ...valid.filter((name) => matchers.some((matches) => matches(name)))]);
  if (names.size > registry.limits.oci.repositories) throw tooMany(registry);
  const doubts = [
    ...(listed.isDoubtful ? ['the registry’s list of repositories repeats itself: there may be more'] : []),
    ...(valid.length < listed.names.length
      ? ['the registry’s list of repositories has names that are none by the OCI distribution specification']
      : []),
  ];
  return { names: [...names].sort(), named, doubt: doubts[0] ?? null };
}

/** The list is bounded more widely than what is crawled of it: a shared registry may have many that are not ours. */
const LISTED_TIMES = 10;

async function catalogOf(registry: CrawledRegistry) {
  try {
    const max = LISTED_TIMES * registry.limits.oci.repositories;
    const listed = await list(registry, {
      path: '/v2/_catalog',
      scope: 'catalog',
      member: 'repositories',
      max,
    });
    if (!('status' in listed)) return listed;
    const isRefused = listed.status === 401 || listed.status === 403;
    throw new FederationError(
      isRefused ? 'SOURCE_REFUSED' : 'SOURCE_HTTP_STATUS',
      `the registry does not list its repositories (HTTP ${listed.status})`,
      { hint: 'Name them in the registry’s `crawl` instead of a glob.' },
    );
  } catch (error) {
    throw error instanceof Unusable ? tooMany(registry) : error;
  }
}

const tooMany = ({ limits }: CrawledRegistry): FederationError =>
  new FederationError('SOURCE_TOO_LARGE', `more than ${limits.oci.repositories} repositories`, {
    hint: 'Name fewer in the registry’s `crawl`, or raise limits.oci.repositories.',
  });
