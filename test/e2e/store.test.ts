// What is known of a registry outlives the gateway: the store, over restarts of whole gateways.
import assert from 'node:assert/strict';
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
