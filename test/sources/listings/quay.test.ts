import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { type Configured, configuredSource, crawledFrom } from '../../support/oci/configured.ts';
import { testImage } from '../../support/oci/images.ts';
import { OAUTH, ROBOT, startQuayServer } from '../../support/quay/quay-server.ts';

async function quay(context: TestContext) {
  const server = await startQuayServer();
  context.after(() => server.close());
  const crawled = async (
    crawl: readonly string[],
    login: { readonly username: string; readonly password: string } | null = null,
  ) => {
    const configured: Configured = { kind: 'quay', url: server.origin, crawl: [...crawl] };
    const credential = { username: login?.username ?? '', password: { env: 'QUAY' } };
    const source = await configuredSource(
      context,
      login === null ? configured : { ...configured, credential },
      { QUAY: login?.password ?? '' },
    );
    return crawledFrom(source);
  };
  return { ...server, crawled };
}

const image = (content: string) => testImage({ content });
const found = (nodes: readonly { readonly repository: string; readonly tags: readonly string[] }[]) =>
  nodes.map(({ repository, tags }) => `${repository}:${tags.join()}`);

describe('a registry of kind quay', () => {
  test('lists the repositories of a namespace in pages, and their tags by digest, without a HEAD', async (context) => {
    const { push, asked, crawled } = await quay(context);
    for (const name of ['a', 'b', 'c', 'd', 'e']) push(`lab/${name}`, ['1'], image(name));
    push('other/a', ['1'], image('o'));
    const { nodes, malformed } = await crawled(['lab/**']);
    assert.deepEqual(malformed, []);
    assert.deepEqual(found(nodes), ['lab/a:1', 'lab/b:1', 'lab/c:1', 'lab/d:1', 'lab/e:1']);
    assert.ok(!asked.some((each) => each.startsWith('HEAD') || each.includes('tags/list')), asked.join('\n'));
    assert.deepEqual(
      asked.filter((each) => each.includes('/api/v1/repository?')),
      ['', '&next_page=KzI%3D', '&next_page=KzQ%3D'].map(
        (page) => `GET /api/v1/repository?namespace=lab&public=true${page} by nobody`,
      ),
    );
  });

  test('is read to the last page of tags, 100 a page', async (context) => {
    const { push, asked, crawled } = await quay(context);
    push(
      'lab/relion',
      Array.from({ length: 201 }, (_, index) => `v${index}`),
      image('a'),
    );
    const { nodes } = await crawled(['lab/relion']);
    assert.equal(nodes.flatMap(({ tags }) => tags).length, 201);
    assert.deepEqual(
      asked.filter((each) => each.includes('/tag/')),
      [1, 2, 3].map(
        (page) =>
          `GET /api/v1/repository/lab/relion/tag/?limit=100&onlyActiveTags=true&page=${page} by nobody`,
      ),
    );
  });

  test('shows private repositories to an access token', async (context) => {
    const { push, asked, crawled } = await quay(context);
    push('lab/public', ['1'], image('a'));
    push('lab/private', ['1'], image('b'), true);
    assert.deepEqual(found((await crawled(['lab/**'])).nodes), ['lab/public:1']);
    asked.length = 0;
    assert.deepEqual(found((await crawled(['lab/**'], OAUTH)).nodes), ['lab/private:1', 'lab/public:1']);
    const api = asked.filter((each) => each.includes('/api/'));
    assert.ok(
      api.every((each) => each.endsWith('by Bearer')),
      api.join('\n'),
    );
  });

  test('is asked by OCI for the tags that its API does not show to a robot, whose password it is not sent', async (context) => {
    const { push, asked, crawled } = await quay(context);
    const private_ = image('a');
    push('lab/private', ['1'], private_, true);
    const { nodes } = await crawled(['lab/private'], ROBOT);
    assert.deepEqual(
      nodes.map(({ digest }) => digest),
      [private_.digest],
    );
    const api = asked.filter((each) => each.includes('/api/'));
    assert.ok(api.length > 0 && api.every((each) => each.endsWith('by nobody')), api.join('\n'));
  });

  test('that has no such namespace says so beside the others, and fails without any other', async (context) => {
    const { push, crawled } = await quay(context);
    push('lab/relion', ['1'], image('a'));
    const { nodes, malformed } = await crawled(['lab/**', 'lba/**']);
    assert.deepEqual(found(nodes), ['lab/relion:1']);
    assert.deepEqual(
      malformed.map(({ reason }) => reason),
      ['the namespace lba is not there, or not for this credential (HTTP 404)'],
    );
    await assert.rejects(crawled(['lba/**']), { code: 'SOURCE_HTTP_STATUS' });
  });

  test('that refuses its token is a failure, and no empty registry', async (context) => {
    const { push, crawled } = await quay(context);
    push('lab/relion', ['1'], image('a'));
    await assert.rejects(crawled(['lab/**'], { ...OAUTH, password: 'wrong' }), { code: 'SOURCE_REFUSED' });
  });
});
