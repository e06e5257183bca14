// Lists in pages of JSON, as registries' own APIs have them: as far as they lead, and no further than makes progress.
import { FederationError } from '../../model/errors.ts';
import { parseJson } from '../../network/body.ts';
import type { RegistryResponse, RegistryScope } from '../../network/registry/registry-client.ts';
import { LIST_BYTES } from '../oci/bounds.ts';
import type { CrawledRegistry } from '../oci/registry.ts';
import { Unusable } from '../oci/unusable.ts';

/** A page as it was answered. */
export interface Page {
  readonly body: unknown;
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
  /** Items at most. */
  readonly max: number;
  /** null: the body is no page. */
  readonly items: (body: unknown) => readonly unknown[] | null;
  /** The path of the next page, or its address at the same host; null: this is the last one. */
  readonly next: (page: Page) => string | null;
}

/** All that the API gives of a list. */
export interface Pages {
  readonly items: readonly unknown[];
  /** The status by which a further page was refused (401 or 403): there is more, for others. null: none was. */
  readonly refused: number | null;
  /** Whether a page led back to an earlier one, so that there may be more. */
  readonly isDoubtful: boolean;
}

/**
 * All pages of a list, or the status of the first where there is none. Rejects with {@link Unusable} beyond the maximum of
 * items, with SOURCE_MALFORMED for what is no page, with SOURCE_HTTP_STATUS where a further page is not there, with
 * SOURCE_REDIRECTED for one at another host, and as the client does.
 */
export async function pagesOf(
  registry: CrawledRegistry,
  wanted: WantedPages,
): Promise<Pages | { readonly status: number }> {
  const items: unknown[] = [];
  const seen = new Set<string>([wanted.path]);
  let path = wanted.path;
  let of: URL | undefined;
  for (let number = 1; ; number += 1) {
    registry.countPage();
    const response = await registry.askApi({ path, of, scope: wanted.scope, maxBytes: LIST_BYTES });
    const { status, headers } = response;
    if (status >= 300) {
      if (of === undefined) return { status };
      if (status === 401 || status === 403) return { items, refused: status, isDoubtful: false };
      throw brokenOff(status);
    }
    const body = parseJson(response.bytes);
    const page = wanted.items(body);
    if (page === null) {
      throw new FederationError('SOURCE_MALFORMED', `the answer has no list of ${wanted.called}`);
    }
    for (const item of page) items.push(item);
    if (items.length > wanted.max) throw new Unusable(`it has more than ${wanted.max} ${wanted.called}`);
    const next = page.length === 0 ? null : wanted.next({ body, headers, count: items.length, number });
    if (next === null) return { items, refused: null, isDoubtful: false };
    if (seen.has(next)) return { items, refused: null, isDoubtful: true };
    seen.add(next);
    path = next;
    of = response.url;
  }
}

/** A list that breaks off in the middle is not a shorter list. */
const brokenOff = (status: number): FederationError =>
  new FederationError('SOURCE_HTTP_STATUS', `a further page of the list was answered by HTTP ${status}`);
