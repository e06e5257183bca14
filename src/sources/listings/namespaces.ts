// Lists of repositories that are asked for by what they are in: a namespace of Docker Hub, a project of Harbor.
import type { ListedRepositories } from '../oci/listing.ts';
import { notListed } from '../oci/not-listed.ts';
import type { Pages } from './pages.ts';

/**
 * The namespace of each glob, which is what stands before its first slash, each once; null for those that
 * have none, or one with a wildcard.
 */
export const namespacesOf = (globs: readonly string[]): ReadonlySet<string | null> =>
  new Set(
    globs.map((glob) => {
      const [namespace = '', ...rest] = glob.split('/');
      return rest.length === 0 || namespace.includes('*') ? null : namespace;
    }),
  );

/**
 * The repositories of the namespaces together; none where there are no namespaces. One that is not listed is
 * a doubt beside the others; where none is, that is a failure, SOURCE_REFUSED or SOURCE_HTTP_STATUS as
 * {@link notListed} has it, since a registry without images looks otherwise. Rejects as `list` does.
 */
export async function listedIn(
  namespaces: Iterable<string>,
  {
    list,
    name,
    called,
  }: {
    /** `taken`: names that are listed already. */
    readonly list: (namespace: string, taken: number) => Promise<Pages | { readonly status: number }>;
    /** The repository by its name in the list. */
    readonly name: (name: string, namespace: string) => string;
    /** What a namespace is called in a reason. */
    readonly called: string;
  },
): Promise<ListedRepositories> {
  const names: string[] = [];
  const refused: number[] = [];
  let doubt: string | null = null;
  let isAny = false;
  for (const namespace of namespaces) {
    const pages = await list(namespace, names.length);
    if ('status' in pages) {
      refused.push(pages.status);
      doubt ??= `the ${called} ${namespace} is not there, or not for this credential (HTTP ${pages.status})`;
      continue;
    }
    isAny = true;
    for (const entry of pages.entries) names.push(name(entry.name, namespace));
    if (pages.refused !== null) {
      doubt ??= `the list of ${namespace} ends in the middle for this credential (HTTP ${pages.refused})`;
    }
    if (pages.isDoubtful) doubt ??= `the list of ${namespace} repeats itself: there may be more`;
  }
  const [first] = refused;
  if (!isAny && first !== undefined) throw notListed(first);
  return { names, doubt };
}
