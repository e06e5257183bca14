import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { afterEach, describe, test } from 'node:test';
import { buildSchema, parse, TypeInfo, validate, visit, visitWithTypeInfo } from 'graphql';
import type { ErrorCode } from '../../src/model/errors.ts';
import { createHttpClient } from '../../src/network/create-http-client.ts';
import { Credential } from '../../src/network/credential.ts';
import type { HttpClient } from '../../src/network/http-client.ts';
import { REGISTRY_SDL } from '../../src/registry-server/schema.ts';
import {
  ATTACHMENTS_QUERY,
  IMAGES_QUERIES,
  keptGeneration,
  REGISTRY_QUERY,
  SIGNATURES_QUERY,
} from '../../src/sources/contract.ts';
import { type CrawlLimits, createGraphqlSource } from '../../src/sources/graphql.ts';
import { MalformedNode, type Source, type SourcePage } from '../../src/sources/source.ts';
import { type Misbehaviour, startBadRegistry } from '../support/bad-registry.ts';
import { startRegistry, testNode } from '../support/registry.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

const LIMITS: CrawlLimits = { records: 1_000, pages: 100, upstreamBytes: 1_048_576 };
const context = () => ({ signal: AbortSignal.timeout(60_000) });

function source(
  url: string,
  {
    limits = LIMITS,
    pageSize = 2,
    credential = null as Credential | null,
    httpClient = createHttpClient({ backoff: { retries: 0 } }),
  } = {},
): Source {
  closing.push(() => httpClient.close());
  return createGraphqlSource({
    facility: 'esrf',
    registry: 'main',
    url,
    credential,
    httpClient,
    limits,
    pageSize,
  });
}

async function good(count: number) {
  const nodes = Array.from({ length: count }, (_, index) => testNode(`em/image-${index}`));
  const registry = await startRegistry('esrf', nodes);
  closing.push(() => registry.close());
  return registry;
}

async function bad(misbehaviour: Misbehaviour): Promise<string> {
  const registry = await startBadRegistry(misbehaviour);
  closing.push(() => registry.close());
  return registry.url;
}

/** A registry that fails in so many fields of every node of its one page. */
function withErrors(count: number, fields: number): HttpClient {
  const registry = { facility: 'esrf', contract: 1, generation: 'g1' };
  const nodes = Array.from({ length: count }, (_, index) => testNode(`em/image-${index}`));
  const errors = nodes.flatMap((_, index) =>
    Array.from({ length: fields }, (_, field) => ({
      message: 'down',
      path: ['images', 'nodes', index, `f${field}`],
    })),
  );
  const images = { nodes, generation: 'g1', hasNextPage: false, endCursor: null };
  return {
    async json(request) {
      const { query } = request.body as { query: string };
      const answer = query.includes('PanfedRegistry') ? { data: { registry } } : { data: { images }, errors };
      const { read } = request;
      const body = read === undefined ? answer : await read(Buffer.from(JSON.stringify(answer)));
      return { status: 200, body, headers: {}, bytes: 1 };
    },
    bytes: () => assert.fail('it asks for JSON'),
    isolated: () => assert.fail('it needs no client of its own'),
    deliver: () => assert.fail('it hands nothing over'),
    download: () => assert.fail('it downloads nothing'),
    async close() {},
  };
}

async function pagesOf(made: Source): Promise<SourcePage[]> {
  const pages: SourcePage[] = [];
  for await (const page of made.crawl(context())) pages.push(page);
  return pages;
}

const repositories = (nodes: readonly unknown[] = []): unknown[] =>
  nodes.map((node) => (node as { readonly repository: unknown }).repository);

describe('the fixed queries', () => {
  const contract = buildSchema(REGISTRY_SDL);

  test('are valid in the contract', () => {
    for (const query of [
      REGISTRY_QUERY,
      ...Object.values(IMAGES_QUERIES),
      ATTACHMENTS_QUERY,
      SIGNATURES_QUERY,
    ])
      assert.deepEqual(validate(contract, parse(query)), []);
  });

  /** As `Image.id`. */
  function askedBy(...queries: readonly string[]): Set<string> {
    const asked = new Set<string>();
    const types = new TypeInfo(contract);
    for (const query of queries) {
      visit(
        parse(query),
        visitWithTypeInfo(types, {
          Field: (field) => {
            asked.add(`${types.getParentType()?.name}.${field.name.value}`);
          },
        }),
      );
    }
    return asked;
  }

  const CRAWLED = ['ImagePage', 'Image', 'Framework', 'Condition', 'Requirements', 'Gpu', 'Label'];

  test('ask for every field that the contract has of an image', () => {
    const asked = askedBy(IMAGES_QUERIES[2], ATTACHMENTS_QUERY);
    for (const name of [...CRAWLED, 'Attachment']) {
      const type = contract.getType(name);
      assert.ok(type && 'getFields' in type);
      for (const field of Object.keys(type.getFields()))
        assert.ok(asked.has(`${name}.${field}`), `${name}.${field}`);
    }
  });

  test('ask in a crawl for the digests of documents alone, and in contract 1 for nothing that is newer', () => {
    const [first, second] = [askedBy(IMAGES_QUERIES[1]), askedBy(IMAGES_QUERIES[2])];
    assert.deepEqual([...second].filter((field) => !first.has(field)).sort(), [
      'Attachment.digest',
      'Image.attestations',
      'Image.signatures',
      'Requirements.glibc',
    ]);
  });
});

describe('a registry of contract 1', () => {
  async function lab() {
    const nodes = [testNode('em/relion'), testNode('em/xds')];
    const registry = await startRegistry('esrf', nodes, (_request, response, { body }) => {
      if (body.query !== REGISTRY_QUERY) return false;
      const answer = { facility: 'esrf', contract: 1, generation: 'g1' };
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ data: { registry: answer } }));
      return true;
    });
    closing.push(() => registry.close());
    return registry;
  }

  test('is asked as ever, byte for byte, and for no signatures', async () => {
    const registry = await lab();
    const [page] = await pagesOf(source(registry.url));
    const sent = registry.arrivals.map(({ body }) => body.query);
    assert.deepEqual(sent, [REGISTRY_QUERY, IMAGES_QUERIES[1]]);
    const hash = createHash('sha256').update(IMAGES_QUERIES[1]).digest('hex');
    assert.equal(hash.slice(0, 16), '5281944e40a8c49a');
    assert.ok(page?.nodes.every((node) => !('signatures' in (node as object))));
  });

  test('keeps its own generation, which another version’s is never equal to', async () => {
    const { url } = await lab();
    assert.deepEqual(await source(url).info(context()), { generation: 'g1' });
    assert.notEqual(keptGeneration(2, 'g1'), keptGeneration(1, 'g1'));
  });
});

describe('a good registry', () => {
  test('gives its generation by one small request', async () => {
    const registry = await good(3);
    assert.deepEqual(await source(registry.url).info(context()), {
      generation: keptGeneration(2, 'generation 1'),
    });
    assert.equal(registry.arrivals.length, 1);
  });

  test('is crawled in pages of the fixed size, each image once, in order', async () => {
    const registry = await good(5);
    const pages = await pagesOf(source(registry.url));
    assert.deepEqual(
      pages.map(({ nodes }) => repositories(nodes)),
      [['em/image-0', 'em/image-1'], ['em/image-2', 'em/image-3'], ['em/image-4']],
    );
    assert.deepEqual(
      registry.arrivals.slice(1).map(({ body }) => body.variables?.first),
      [2, 2, 2],
    );
  });

  test('with no images gives one empty page', async () => {
    const registry = await good(0);
    const pages = await pagesOf(source(registry.url));
    assert.deepEqual(
      pages.map(({ nodes, generation }) => ({ nodes, generation })),
      [{ nodes: [], generation: keptGeneration(2, 'generation 1') }],
    );
  });

  test('whose generation changes between pages shows it', async () => {
    const registry = await good(4);
    const seen: (string | null)[] = [];
    for await (const page of source(registry.url).crawl(context())) {
      seen.push(page.generation);
      registry.replace([0, 1, 2, 3].map((index) => testNode(`em/image-${index}`)));
    }
    assert.deepEqual(
      seen,
      ['generation 1', 'generation 2'].map((generation) => keptGeneration(2, generation)),
    );
  });

  test('gets its token with every request', async () => {
    const registry = await good(3);
    const credential = Credential.for(registry.url, 'lab-token');
    await pagesOf(source(registry.url, { credential }));
    assert.deepEqual(
      [...new Set(registry.arrivals.map(({ authorization }) => authorization))],
      ['Bearer lab-token'],
    );
  });
});

describe('a registry that does not keep the contract', () => {
  const crawls: readonly (readonly [Misbehaviour, ErrorCode])[] = [
    ['stuck cursor', 'PAGE_STUCK'],
    ['circling cursor', 'PAGE_STUCK'],
    ['no cursor', 'PAGE_STUCK'],
    ['empty page', 'PAGE_STUCK'],
    ['contract 3', 'CONTRACT_UNSUPPORTED'],
    ['other facility', 'SOURCE_MALFORMED'],
    ['errors alone', 'SOURCE_MALFORMED'],
    ['json of no use', 'SOURCE_MALFORMED'],
    ['html', 'SOURCE_MALFORMED'],
    ['error 500', 'SOURCE_HTTP_STATUS'],
    ['half a body', 'SOURCE_UNAVAILABLE'],
  ];
  for (const [misbehaviour, code] of crawls) {
    test(`by ${misbehaviour} ends the crawl with ${code}`, async () => {
      const url = await bad(misbehaviour);
      await assert.rejects(pagesOf(source(url)), (error: Error & { code?: string }) => {
        assert.equal(error.code, code, error.message);
        assert.doesNotMatch(error.message, /secret|psi/);
        return true;
      });
    });
  }

  for (const [misbehaviour, code] of [
    ['contract 3', 'CONTRACT_UNSUPPORTED'],
    ['other facility', 'SOURCE_MALFORMED'],
  ] as const) {
    test(`by ${misbehaviour} fails the small check with ${code}`, async () => {
      await assert.rejects(source(await bad(misbehaviour)).info(context()), { code });
    });
  }

  test('by a node that is null spoils that record alone', async () => {
    const [page] = await pagesOf(source(await bad('null node')));
    assert.deepEqual(
      page?.nodes[0],
      new MalformedNode('node 0 of its page', 'the registry could not answer it'),
    );
    assert.deepEqual(repositories(page?.nodes.slice(1)), ['em/good']);
  });

  test('by an error within a node spoils that record, so that its null groups do not read as none', async () => {
    const [page] = await pagesOf(source(await bad('error in a node')));
    const spoilt = page?.nodes[0];
    assert.ok(spoilt instanceof MalformedNode);
    assert.equal(spoilt.subject, 'em/spoilt');
    assert.equal(spoilt.reason, 'the registry could not answer its groups');
    assert.equal((spoilt.node as { repository: string }).repository, 'em/spoilt');
    assert.deepEqual(repositories(page?.nodes.slice(1)), ['em/good']);
  });

  test('by more errors than one a record spoils each record that an error points into', async () => {
    const [page] = await pagesOf(source('http://127.0.0.1:1/', { httpClient: withErrors(500, 4) }));
    assert.equal(page?.nodes.length, 500);
    assert.ok(page.nodes.every((node) => node instanceof MalformedNode));
  });

  test('by errors without number is not used at all', async () => {
    await assert.rejects(pagesOf(source('http://127.0.0.1:1/', { httpClient: withErrors(500, 21) })), {
      code: 'SOURCE_MALFORMED',
    });
  });

  test('by a null where GraphQL allows none has no page left, and says so', async () => {
    const registry = await startRegistry('esrf', [testNode('em/good'), testNode('em/bad', { tags: null })]);
    closing.push(() => registry.close());
    await assert.rejects(pagesOf(source(registry.url)), { code: 'SOURCE_MALFORMED' });
  });
});

describe('the bounds of a crawl', () => {
  test('are of its records', async () => {
    const { url } = await good(5);
    await assert.rejects(pagesOf(source(url, { limits: { ...LIMITS, records: 4 } })), {
      code: 'SOURCE_TOO_LARGE',
    });
    assert.equal((await pagesOf(source(url, { limits: { ...LIMITS, records: 5 } }))).length, 3);
  });

  test('are of its pages', async () => {
    const { url } = await good(5);
    await assert.rejects(pagesOf(source(url, { limits: { ...LIMITS, pages: 2 } })), {
      code: 'SOURCE_TOO_LARGE',
    });
  });

  test('are of the bytes of all its pages together', async () => {
    const { url } = await good(6);
    const whole = await pagesOf(source(url));
    const perPage = JSON.stringify(whole[0]).length;
    await assert.rejects(pagesOf(source(url, { limits: { ...LIMITS, upstreamBytes: 2 * perPage } })), {
      code: 'SOURCE_TOO_LARGE',
    });
  });

  test('are of its time', async () => {
    const url = await bad('slow');
    await assert.rejects(source(url).info({ signal: AbortSignal.timeout(60) }), { code: 'SOURCE_TIMEOUT' });
  });
});
