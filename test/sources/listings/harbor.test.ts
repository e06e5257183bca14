import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { FederationError } from '../../../src/model/errors.ts';
import { type HarborOptions, ROBOT, startHarborServer } from '../../support/harbor/harbor-server.ts';
import { type Configured, configuredSource, crawledFrom } from '../../support/oci/configured.ts';
import { testImage } from '../../support/oci/images.ts';

const SECRETS = { HARBOR: ROBOT.password };

async function harbor(context: TestContext, options?: HarborOptions) {
  const server = await startHarborServer(options);
  context.after(() => server.close());
  const configured: Configured = {
    kind: 'harbor',
    url: server.origin,
    credential: { username: ROBOT.username, password: { env: 'HARBOR' } },
  };
  const crawled = async (more: Partial<Configured> = {}) =>
    crawledFrom(await configuredSource(context, { ...configured, ...more } as Configured, SECRETS));
  return { ...server, crawled };
}

const image = (content: string) => testImage({ content });
const reasons = (malformed: readonly { readonly subject: string; readonly reason: string }[]) =>
  malformed.map(({ subject, reason }) => `${subject}: ${reason}`);

describe('a registry of kind harbor', () => {
  test('lists projects, repositories and artifacts by its robot, and needs no HEAD', async (context) => {
    const { push, asked, crawled } = await harbor(context);
    const [relion, tofu] = [image('a'), image('b')];
    push('em/relion', ['5.0', 'latest'], relion);
    push('tomography/reconstruction/gpu/tofu', ['1'], tofu);
    const { nodes, malformed } = await crawled();
    assert.deepEqual(malformed, []);
    assert.deepEqual(
      nodes.map(({ repository, digest, tags }) => ({ repository, digest, tags })),
      [
        { repository: 'em/relion', digest: relion.digest, tags: ['5.0', 'latest'] },
        { repository: 'tomography/reconstruction/gpu/tofu', digest: tofu.digest, tags: ['1'] },
      ],
    );
    assert.ok(!asked.some((each) => each.startsWith('HEAD') || each.includes('tags/list')), asked.join('\n'));
    const api = asked.filter((each) => each.includes('/api/'));
    assert.ok(
      api.every((each) => each.endsWith(' by robot')),
      api.join('\n'),
    );
  });

  test('is asked for a name with slashes that are encoded twice', async (context) => {
    const { push, asked, crawled } = await harbor(context);
    push('em/a/b', ['1'], image('a'));
    const { nodes } = await crawled({ crawl: ['em/a/b'] });
    assert.equal(nodes.length, 1);
    assert.equal(
      asked[0],
      'GET /api/v2.0/projects/em/repositories/a%252Fb/artifacts?page=1&page_size=100&with_tag=true' +
        '&with_label=false&with_scan_overview=false&with_accessory=true by robot',
    );
  });

  for (const withoutLinks of [false, true]) {
    test(`is read to its last page ${withoutLinks ? 'by its count, without links' : 'by its links'}`, async (context) => {
      const { push, asked, crawled } = await harbor(context, { withoutLinks });
      for (let index = 0; index < 201; index += 1) push('em/a/relion', [`v${index}`], image(`${index}`));
      const { nodes, malformed } = await crawled({ crawl: ['em/**'] });
      assert.deepEqual(malformed, []);
      assert.equal(new Set(nodes.flatMap(({ tags }) => tags)).size, 201);
      assert.equal(asked.filter((each) => each.includes('/artifacts')).length, 3);
    });
  }

  test('needs no right to list projects where the patterns begin with theirs', async (context) => {
    const { push, crawled } = await harbor(context, { isProjectRobot: true });
    push('em/relion', ['1'], image('a'));
    assert.equal((await crawled({ crawl: ['em/**'] })).nodes.length, 1);
    const error: unknown = await crawled().catch((thrown: unknown) => thrown);
    assert.ok(error instanceof FederationError);
    assert.equal(error.code, 'SOURCE_REFUSED');
    assert.match(error.message, /does not list its repositories \(HTTP 403\)/);
  });

  test('that has no such project says so beside the others, and fails without any other', async (context) => {
    const { push, crawled } = await harbor(context);
    push('em/relion', ['1'], image('a'));
    const { nodes, malformed } = await crawled({ crawl: ['em/**', 'me/**'] });
    assert.equal(nodes.length, 1);
    assert.deepEqual(reasons(malformed), [
      'the list of repositories: the project me is not there, or not for this credential (HTTP 403)',
    ]);
    await assert.rejects(crawled({ crawl: ['me/**'] }), { code: 'SOURCE_REFUSED' });
  });

  test('misses a repository that is named and has no artifacts', async (context) => {
    const { push, crawled } = await harbor(context);
    push('em/relion', ['1'], image('a'));
    const { nodes, malformed } = await crawled({ crawl: ['em/relion', 'em/relino'] });
    assert.equal(nodes.length, 1);
    assert.match(reasons(malformed).join(), /^em\/relino: the registry has no such repository/);
  });

  test('says which artifacts are signed, which is no more than a claim, and lists none without tags', async (context) => {
    const { push, crawled } = await harbor(context);
    push('em/relion', ['signed'], image('a'), ['sbom.harbor', 'signature.cosign']);
    push('em/relion', ['other'], image('b'), ['sbom.harbor']);
    push('em/relion', [], image('c'));
    const { nodes } = await crawled();
    assert.deepEqual(Object.fromEntries(nodes.map(({ tags, attested }) => [tags.join(), attested])), {
      signed: true,
      other: false,
    });
  });

  test('that refuses its robot is a failure, and no empty registry', async (context) => {
    const { push, crawled } = await harbor(context);
    push('em/relion', ['1'], image('a'));
    const credential = { username: ROBOT.username, password: { env: 'WRONG' } };
    await assert.rejects(crawled({ credential }), { code: 'SOURCE_REFUSED' });
  });
});
