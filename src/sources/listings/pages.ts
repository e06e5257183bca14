// Lists in pages of JSON, as registries' own APIs have them: as far as they lead, and no further than makes progress.
import { FederationError } from '../../model/errors.ts';
import { paced, preparing } from '../../model/pace.ts';
import type { RegistryResponse, RegistryScope } from '../../network/registry/registry-client.ts';
import { LIST_BYTES } from '../oci/bounds.ts';
import type { CrawledRegistry } from '../oci/registry.ts';
import { Unusable } from '../oci/unusable.ts';
import { readApiPageAside } from '../parse-aside.ts';
import type { ApiEntry, ApiList, ApiPage } from './api-page.ts';

/** A page as it was answered. */
export interface Page {
  /** As of {@link ApiPage}. */
  readonly next: ApiPage['next'];
  readonly headers: RegistryResponse['headers'];
  /** Items so far, those of this page included. */
  readonly count: number;
  /** From 1. */
  readonly number: number;
}

/** What is listed, and how its pages are read. */
export interface WantedPages {
  /** The first page, from the API's root, with its query. */
  readonly path: string;
  readonly scope: RegistryScope;
  /** What the items are called in a reason. */
  readonly called: 'tags' | 'repositories' | 'projects' | 'artifacts';
  /** Items at most, and entries of them. */
  readonly max: number;
  readonly list: ApiList;
  /** The path of the next page, or its address at the same host; null: this is the last one. */
  readonly next: (page: Page) => string | null;
}

/** All that the API gives of a list. */
export interface Pages {
  readonly entries: readonly ApiEntry[];
  /** Items of all pages, which may have several entries each, or none. */
  readonly count: number;
  /** The status by which a further page was refused (401 or 403): there is more, for others. null: none was. */
  readonly refused: number | null;
  /** Whether a page led back to an earlier one, so that there may be more. */
  readonly isDoubtful: boolean;
}

/**
 * All pages of a list, of at most 8 MiB each, or the status (300 or more) of the first where there is none.
 * Rejects with {@link Unusable} beyond the maximum of items, with SOURCE_MALFORMED for what is no page, with
 * SOURCE_HTTP_STATUS where a further page is not there, and as {@link CrawledRegistry.askApi},
 * {@link CrawledRegistry.countPage} and {@link readApiPageAside} do.
 */
export async function pagesOf(
  registry: CrawledRegistry,
  wanted: WantedPages,
): Promise<Pages | { readonly status: number }> {
  const entries: ApiEntry[] = [];
  let count = 0;
  const seen = new Set<string>([wanted.path]);
  let path = wanted.path;
  let of: URL | undefined;
  for (let number = 1; ; number += 1) {
    registry.countPage();
    const response = await registry.askApi({ path, of, scope: wanted.scope, maxBytes: LIST_BYTES });
    const { status, headers } = response;
    if (status >= 300) {
      if (of === undefined) return { status };
      if (status === 401 || status === 403) return { entries, count, refused: status, isDoubtful: false };
      throw brokenOff(status);
    }
    const left = { list: wanted.list, max: wanted.max - entries.length, called: wanted.called };
    const page = await readApiPageAside(response.bytes, left, registry);
    count += page.count;
    if (count > wanted.max) throw new Unusable(`it has more than ${wanted.max} ${wanted.called}`);
    await paced(page.entries, preparing, (entry) => entries.push(entry));
    // An artifact may have several.
    if (entries.length > wanted.max) throw new Unusable(`it has more than ${wanted.max} tags`);
    const next = page.count === 0 ? null : wanted.next({ next: page.next, headers, count, number });
    if (next === null) return { entries, count, refused: null, isDoubtful: false };
    if (seen.has(next)) return { entries, count, refused: null, isDoubtful: true };
    seen.add(next);
    path = next;
    of = response.url;
  }
}

/** The digests of which the list says that they are signed: a claim. Empty where it says so of none. */
export const signedOf = ({ entries }: Pages): ReadonlySet<string> =>
  new Set(entries.flatMap(({ digest, isSigned }) => (isSigned && digest !== null ? digest : [])));

/** A list that breaks off in the middle is not a shorter list. */
const brokenOff = (status: number): FederationError =>
  new FederationError('SOURCE_HTTP_STATUS', `a further page of the list was answered by HTTP ${status}`);
