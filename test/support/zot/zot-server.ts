// zot on loopback: a registry with its search by GraphQL (`ImageList`), by its schema.
// https://github.com/project-zot/zot/blob/main/pkg/extensions/search/schema.graphql
import type { TestImage } from '../oci/images.ts';
import { type OciServer, sendJson, startOciServer } from '../oci/registry-server.ts';

export interface ZotServer extends OciServer {
  /** `GET /v2/…` without queries, in order. */
  readonly asked: string[];
  /** Holds an image, which the search knows unless said otherwise. */
  push(
    repository: string,
    tag: string,
    image: TestImage,
    known?: { isKnown?: boolean; isSigned?: boolean },
  ): void;
}

/** `search`: by default offered; `none` is 404, `older` an older schema, which refuses the query. */
export async function startZotServer(search: 'offered' | 'none' | 'older' = 'offered'): Promise<ZotServer> {
  const images = new Map<string, { Tag: string; Digest: string; IsSigned: boolean }[]>();
  const asked: string[] = [];
  const server = await startOciServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://zot');
    asked.push(`${request.method} ${url.pathname}`);
    if (url.pathname !== '/v2/_zot/ext/search') return false;
    const [, repository = '', limit, offset] =
      /ImageList\(repo: "([^"]+)", requestedPage: \{limit: (\d+), offset: (\d+),/.exec(
        url.searchParams.get('query') ?? '',
      ) ?? [];
    const all = images.get(repository) ?? [];
    const Results = all.slice(Number(offset), Number(offset) + Number(limit));
    const Page = { TotalCount: all.length, ItemCount: Results.length };
    if (search === 'none') response.writeHead(404).end();
    else if (search === 'older') {
      const message = 'Cannot query field "Results" on type "ImageSummary".';
      response.writeHead(422).end(JSON.stringify({ errors: [{ message }], data: null }));
    } else sendJson(response, { data: { ImageList: { Page, Results } } });
    return true;
  });
  return {
    ...server,
    asked,
    push(repository, tag, image, { isKnown = true, isSigned = false } = {}) {
      server.hold(repository, [tag], image);
      const known = images.get(repository) ?? [];
      images.set(repository, known);
      if (isKnown) known.push({ Tag: tag, Digest: image.digest, IsSigned: isSigned });
    },
  };
}
