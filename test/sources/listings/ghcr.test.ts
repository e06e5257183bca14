import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { startGhcrServer, TOKEN } from '../../support/ghcr/ghcr-server.ts';
import { type Configured, configuredSource, crawledFrom } from '../../support/oci/configured.ts';
import { testImage } from '../../support/oci/images.ts';

async function ghcr(context: TestContext) {
  const server = await startGhcrServer();
  context.after(() => server.close());
  const crawled = async (crawl: string[], password: string | null = TOKEN.password) => {
    const configured: Configured = { kind: 'ghcr', url: server.registry.origin, api: server.api, crawl };
    const credential = { username: TOKEN.username, password: { env: 'GITHUB' } };
    const all = password === null ? configured : { ...configured, credential };
    return crawledFrom(await configuredSource(context, all, { GITHUB: password ?? '' }));
  };
  const push = (repository: string) =>
    server.registry.hold(repository, ['1'], testImage({ content: repository }));
  return { ...server, crawled, push };
}

const found = (nodes: readonly { readonly repository: string }[]) =>
  nodes.map(({ repository }) => repository);

describe('a registry of kind ghcr', () => {
  test('reads packages that are named without a token and without the API', async (context) => {
    const { push, asked, crawled } = await ghcr(context);
    push('lab/relion');
    assert.deepEqual(found((await crawled(['lab/relion'], null)).nodes), ['lab/relion']);
    assert.deepEqual(asked, []);
  });

  test('lists the packages of an organization by its token, to the last page', async (context) => {
    const { push, packages, asked, crawled } = await ghcr(context);
    const names = Array.from({ length: 101 }, (_, index) => `tools/t${index}`);
    for (const name of names) push(`lab/${name}`);
    packages.set('orgs/lab', names);
    const { nodes, malformed } = await crawled(['lab/**']);
    assert.deepEqual(malformed, []);
    assert.equal(new Set(found(nodes)).size, 101);
    const path = '/orgs/lab/packages?package_type=container&per_page=100';
    assert.deepEqual(asked, [`GET ${path} by Bearer`, `GET ${path}&page=2 by Bearer`]);
  });

  test('lists those of a user where there is no such organization', async (context) => {
    const { push, packages, crawled } = await ghcr(context);
    push('alice/tofu');
    packages.set('users/alice', ['tofu']);
    assert.deepEqual(found((await crawled(['alice/*'])).nodes), ['alice/tofu']);
  });

  for (const [which, password] of [
    ['no token', null],
    ['a wrong one', 'ghp_2'],
  ] as const) {
    test(`fails with ${which} where a list is needed, and says what to do`, async (context) => {
      const { packages, crawled } = await ghcr(context);
      packages.set('orgs/lab', ['relion']);
      await assert.rejects(crawled(['lab/**'], password), {
        code: 'SOURCE_REFUSED',
        hint: 'Name them in the registry’s `crawl` instead of a glob.',
      });
    });
  }
});
