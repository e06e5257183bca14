import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { startGitLabServer, TOKEN } from '../../support/gitlab/gitlab-server.ts';
import { type Configured, configuredSource, crawledFrom } from '../../support/oci/configured.ts';
import { testImage } from '../../support/oci/images.ts';

async function gitlab(context: TestContext, options?: Parameters<typeof startGitLabServer>[0]) {
  const server = await startGitLabServer(options);
  context.after(() => server.close());
  const configured: Configured = {
    kind: 'gitlab',
    url: server.registry.origin,
    api: server.api,
    realms: [new URL(server.api).host],
    crawl: ['em/**'],
    credential: { username: TOKEN.username, password: { env: 'GITLAB' } },
  };
  const crawled = async (more: Partial<Configured> = {}, password: string = TOKEN.password) =>
    crawledFrom(
      await configuredSource(context, { ...configured, ...more } as Configured, { GITLAB: password }),
    );
  const push = (repository: string, tags: readonly string[]) => {
    const image = testImage({ content: repository });
    server.registry.hold(repository, tags, image);
    server.repositories.push(repository);
    return image;
  };
  return { ...server, crawled, push };
}

const found = (nodes: readonly { readonly repository: string; readonly tags: readonly string[] }[]) =>
  nodes.map(({ repository, tags }) => `${repository}:${tags.join()}`);

describe('a registry of kind gitlab', () => {
  test('lists the repositories of a group and its subgroups, and their tags as OCI has it', async (context) => {
    const { crawled, push, groups, asked } = await gitlab(context);
    groups.add('em').add('em/cryo');
    push('em/cryo/relion', ['5.0', 'latest']);
    push('em/tofu/gpu', ['1']);
    const { nodes, malformed } = await crawled();
    assert.deepEqual(malformed, []);
    assert.deepEqual(found(nodes), ['em/cryo/relion:5.0,latest', 'em/tofu/gpu:1']);
    assert.equal(asked[0], 'GET /api/v4/groups/em/registry/repositories?per_page=100&page=1 by Bearer');
    const tokens = asked.filter((each) => each.includes('/jwt/auth'));
    assert.ok(tokens.length > 0 && tokens.every((each) => each.endsWith('by Basic')), tokens.join());
  });

  test('lists those of a project where the name is no group’s, encoded', async (context) => {
    const { crawled, push, groups, asked } = await gitlab(context);
    groups.add('em');
    push('em/relion', ['1']);
    push('em/relion/gpu', ['2']);
    const { nodes } = await crawled({ crawl: ['em/relion/*'] });
    assert.deepEqual(found(nodes), ['em/relion/gpu:2']);
    assert.deepEqual(
      asked.filter((each) => each.includes('/api/')).map((each) => each.split('?', 1)[0]),
      ['groups', 'projects'].map((kind) => `GET /api/v4/${kind}/em%2Frelion/registry/repositories`),
    );
  });

  for (const onlyLinks of [false, true]) {
    test(`is read to its last page by ${onlyLinks ? 'links' : 'numbers'}`, async (context) => {
      const { crawled, push, groups } = await gitlab(context, { onlyLinks });
      groups.add('em');
      for (let index = 0; index < 201; index += 1) push(`em/tool-${index}`, ['1']);
      const { nodes, malformed } = await crawled();
      assert.deepEqual(malformed, []);
      assert.equal(new Set(nodes.map(({ repository }) => repository)).size, 201);
    });
  }

  test('asks for no list where repositories are named', async (context) => {
    const { crawled, push, asked } = await gitlab(context);
    push('em/relion', ['1']);
    assert.deepEqual(found((await crawled({ crawl: ['em/relion'] })).nodes), ['em/relion:1']);
    assert.ok(!asked.some((each) => each.includes('/api/')), asked.join());
  });

  test('that has no such group says so beside the others, and fails without any other', async (context) => {
    const { crawled, push, groups } = await gitlab(context);
    groups.add('em');
    push('em/relion', ['1']);
    const { nodes, malformed } = await crawled({ crawl: ['em/**', 'me/**'] });
    assert.deepEqual(found(nodes), ['em/relion:1']);
    assert.deepEqual(
      malformed.map(({ reason }) => reason),
      ['the group or project me is not there, or not for this credential (HTTP 404)'],
    );
    await assert.rejects(crawled({ crawl: ['me/**'] }), { code: 'SOURCE_HTTP_STATUS' });
  });

  test('that refuses its token is a failure, and no empty registry', async (context) => {
    const { crawled, push, groups } = await gitlab(context);
    groups.add('em');
    push('em/relion', ['1']);
    await assert.rejects(crawled({}, 'glpat-2'), { code: 'SOURCE_REFUSED' });
  });
});
