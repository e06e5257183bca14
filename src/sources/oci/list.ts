// Lists in pages: tags and repositories. The next page is where the Link header leads, and no list goes on without progress.
import { FederationError } from '../../model/errors.ts';
import { paced, preparing } from '../../model/pace.ts';
import type { RegistryScope } from '../../network/registry/registry-client.ts';
import { readNamesAside } from '../parse-aside.ts';
import { LIST_BYTES, PAGE_SIZE } from './bounds.ts';
import { nextTarget } from './link-header.ts';
import type { NamesPage } from './names-page.ts';
import type { CrawledRegistry } from './registry.ts';
import { Unusable } from './unusable.ts';

/** What is listed, and within which bounds. */
export interface Wanted {
  /** From the registry's root, without a query. */
  readonly path: string;
  readonly scope: RegistryScope;
  /** The member of the answer that has the names. */
  readonly member: 'tags' | 'repositories';
  /** Names at most. */
  readonly max: number;
}

/** A whole list. */
export interface Listed {
  /** Each once, in the order in which they came; texts as they were sent, of at most 255 characters. */
  readonly names: readonly string[];
  /** Whether it may lack names: a page led back to an earlier one, or had a name that is not text. */
  readonly isDoubtful: boolean;
}

/** The registry does not list it: the status says why. */
export interface NotListed {
  readonly status: number;
}

/**
 * All pages of a list, however they are ordered, or the status (300 or more) of the first where there is
 * none; an empty list has no names. Rejects with {@link Unusable} beyond the maximum of names, with
 * SOURCE_HTTP_STATUS where a further page is not there, as {@link CrawledRegistry.countPage} throws, and as
 * {@link listPage} does.
 */
export async function list(registry: CrawledRegistry, wanted: Wanted): Promise<Listed | NotListed> {
  const names = new Set<string>();
  const seen = new Set<string>();
  let isDoubtful = false;
  let path: string | null = `${wanted.path}?n=${PAGE_SIZE}`;
  let of: URL | undefined;
  while (path !== null) {
    registry.countPage();
    const answer = await listPage(registry, wanted, path, of);
    if ('status' in answer) {
      // A registry may refuse a page of this size, and has its own without one.
      if (answer.status === 400 && of === undefined && path !== wanted.path) {
        path = wanted.path;
        continue;
      }
      return notListed(answer.status, of);
    }
    const { page, target, url } = answer;
    const before = names.size;
    await paced(page.names, preparing, (name) => names.add(name));
    if (page.unread > 0) isDoubtful = true;
    if (names.size > wanted.max) throw new Unusable(`it has more than ${wanted.max} ${wanted.member}`);
    const next: string | null = target === null ? null : resolved(target, url);
    const leadsOn = names.size > before && next !== null && !seen.has(next);
    // An empty page behind the last full one is how some registries end; one that repeats names hides others.
    if (next !== null && !leadsOn && page.count > 0) isDoubtful = true;
    if (next !== null) seen.add(next);
    path = leadsOn ? target : null;
    of = url;
  }
  return { names: [...names], isDoubtful };
}

/** One page of a list. */
export interface ListPage {
  readonly page: NamesPage;
  /** Where the next page is, relative to `url`; null: it is the last. */
  readonly target: string | null;
  /** The address that was asked. */
  readonly url: URL;
}

/**
 * The page at `path`, which is relative to `of` if that is said, else to the registry's root, with at most
 * `max` names and one more; or the status (300 or more) where there is none. Rejects as
 * {@link CrawledRegistry.ask} and {@link readNamesAside} do: with SOURCE_TOO_LARGE for a page of more than 8
 * MiB, with SOURCE_MALFORMED for an answer without a list.
 */
export async function listPage(
  registry: CrawledRegistry,
  { scope, member, max }: Omit<Wanted, 'path'>,
  path: string,
  of?: URL,
): Promise<ListPage | NotListed> {
  const { status, bytes, headers, url } = await registry.ask({ path, of, scope, maxBytes: LIST_BYTES });
  if (status >= 300) return { status };
  return {
    page: await readNamesAside(bytes, { member, max }, registry),
    target: nextTarget(headers.link),
    url,
  };
}

/** A list that breaks off in the middle is not a shorter list. */
function notListed(status: number, of: URL | undefined): NotListed {
  if (of === undefined) return { status };
  throw new FederationError(
    'SOURCE_HTTP_STATUS',
    `a further page of the list was answered by HTTP ${status}`,
  );
}

/** To recognize a page that was asked for already; what is no address is refused by the client. */
function resolved(target: string, of: URL): string {
  return URL.canParse(target, of) ? new URL(target, of).href : target;
}
