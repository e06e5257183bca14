// What is known of a registry outlives the gateway: the store, over restarts of whole gateways.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import { type ConfigInput, configOf, type RunningGateway, startGateway } from '../support/gateway.ts';
import { type Node, startRegistry, testNode } from '../support/registry.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SECRET = 'a secret of the federation, for tests alone';

const ASK = `query Ask($maxAge: Int) {
  images(first: 100, maxAge: $maxAge) {
    complete
    nodes { repository sharing }
    sources { status records age error { code } quarantined }
  }
}`;

interface Asked {
  readonly images: {
    readonly complete: boolean;
    readonly nodes: readonly { readonly repository: string; readonly sharing: string }[];
    readonly sources: readonly {
      readonly status: string;
      readonly records: number;
      readonly age: number | null;
      readonly quarantined: number;
    }[];
  };
}

const openNode = (repository: string, more: Node = {}): Node =>
  testNode(repository, { sharing: 'open', license: 'MIT', ...more });

function configOfLab(
  url: string,
  sqlite: string,
  more: Partial<ConfigInput> = {},
): ReturnType<typeof configOf> {
  return configOf({
    federation: { secret: { env: 'PANFED_SECRET' } },
    store: { sqlite },
    facilities: [
      {
        id: 'psi',
        name: 'PSI',
        registries: [{ key: 'main', kind: 'graphql', url, pull: 'registry.psi.example', deadline: 5_000 }],
      },
    ],
    ...more,
  });
}

async function gatewayOf(context: TestContext, config: ReturnType<typeof configOf>): Promise<RunningGateway> {
  const gateway = await startGateway(config, { env: { PANFED_SECRET: SECRET } });
  context.after(() => gateway.close());
  return gateway;
}

async function ask(gateway: RunningGateway, maxAge: number | null = null): Promise<Asked['images']> {
  const { data, errors } = await gateway.ask<Asked>(ASK, { maxAge }, await gateway.token('admin'));
  assert.deepEqual(errors, []);
  return data.images;
}

describe('a gateway that was restarted', () => {
  test('answers from the store while its registry is down, as stale, with the true age', async (context) => {
    const sqlite = `${temporaryFolder(context)}/store.sqlite`;
    const registry = await startRegistry('psi', [
      openNode('a'),
      openNode('b'),
      openNode('c', { digest: 'no digest' }),
    ]);
    const config = configOfLab(registry.url, sqlite);
    const first = await gatewayOf(context, config);
    const before = await ask(first);
    assert.equal(before.sources[0]?.status, 'OK');
    await first.close();
    await registry.close();

    const second = await gatewayOf(context, config);
    const after = await ask(second);
    assert.deepEqual(after.nodes, before.nodes);
    assert.equal(after.sources[0]?.status, 'STALE');
    assert.equal(after.sources[0]?.quarantined, 1);
    assert.ok((after.sources[0]?.age ?? -1) >= 0);
  });

  test('checks its registry at once, and crawls nothing that has not changed', async (context) => {
    const sqlite = `${temporaryFolder(context)}/store.sqlite`;
    const registry = await startRegistry('psi', [openNode('a')]);
    context.after(registry.close);
    const config = configOfLab(registry.url, sqlite);
    const first = await gatewayOf(context, config);
    await ask(first);
    await first.close();
    const crawled = registry.arrivals.length;

    const second = await gatewayOf(context, config);
    assert.equal((await ask(second)).sources[0]?.status, 'STALE');
    assert.equal((await ask(second, 0)).sources[0]?.status, 'OK');
    const queries = registry.arrivals.slice(crawled).map(({ body }) => body.query ?? '');
    assert.deepEqual(
      queries.filter((query) => query.includes('images')),
      [],
    );
    assert.ok(queries.length > 0);
  });
});

describe('a gateway says to its operator', () => {
  const STORE = '{ store { engine status code bytes registries { facility registry nodes } } }';

  interface Told {
    readonly store: {
      readonly status: string;
      readonly code: string | null;
      readonly bytes: number | null;
      readonly registries: unknown;
    } | null;
  }

  async function told(gateway: RunningGateway): Promise<Told['store']> {
    const { data, errors } = await gateway.ask<Told>(STORE, {}, await gateway.token('admin'));
    assert.deepEqual(errors, []);
    return data.store;
  }

  const wellness = async ({ url }: RunningGateway, path: string) => {
    const response = await fetch(`${url}${path}`);
    return [response.status, await response.json()] as const;
  };

  test('what its store has of each registry', async (context) => {
    const sqlite = `${temporaryFolder(context)}/store.sqlite`;
    const registry = await startRegistry('psi', [openNode('a'), openNode('b')]);
    context.after(registry.close);
    const first = await gatewayOf(context, configOfLab(registry.url, sqlite));
    await ask(first);
    // What is stored behind the answer is there when it is closed.
    await first.close();

    const gateway = await gatewayOf(context, configOfLab(registry.url, sqlite));
    const store = await told(gateway);
    assert.deepEqual(store?.registries, [{ facility: 'psi', registry: 'main', nodes: 2 }]);
    const { data } = await gateway.ask<Told>(STORE, {}, await gateway.token('visitor'));
    assert.equal(data.store, null);
    const metrics = await gateway.metrics();
    assert.match(metrics, /^panfed_store_up 1$/m);
    assert.ok(metrics.includes(`\npanfed_store_bytes ${store?.bytes}\n`), metrics);
    assert.deepEqual(await wellness(gateway, '/readyz'), [200, { status: 'ready' }]);
  });

  test('that its store cannot be used, and answers nevertheless', async (context) => {
    const folder = temporaryFolder(context);
    writeFileSync(`${folder}/file`, '');
    const registry = await startRegistry('psi', [openNode('a')]);
    context.after(registry.close);
    const gateway = await gatewayOf(context, configOfLab(registry.url, `${folder}/file/store.sqlite`));
    assert.equal((await ask(gateway)).nodes.length, 1);
    const { bytes, registries, status, code } = (await told(gateway)) ?? assert.fail('no store');
    assert.deepEqual([status, code, bytes, registries], ['FAILING', 'STORE_UNAVAILABLE', null, null]);
    for (const path of ['/healthz', '/readyz']) {
      const [http, body] = await wellness(gateway, path);
      const { store } = body as { readonly store?: { readonly status: string } };
      assert.deepEqual([http, store?.status], [200, 'FAILING'], path);
    }
    const metrics = await gateway.metrics();
    assert.match(metrics, /^panfed_store_up 0$/m);
    assert.match(metrics, /^panfed_store_failures_total\{code="STORE_UNAVAILABLE"\} [1-9]/m);
    assert.doesNotMatch(metrics, /^panfed_store_bytes /m);
  });
});
