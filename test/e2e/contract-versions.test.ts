// A registry that answers signatures by contract 2, over a whole gateway: verified, in doubt, restored from the store, and
// crawled anew when a registry of contract 1 comes to speak contract 2.
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { createDemoSigners } from '../../src/registry-server/demo-signers.ts';
import { REGISTRY_QUERY } from '../../src/sources/contract.ts';
import { configOf, type RunningGateway, startGateway } from '../support/gateway.ts';
import { type Node, startRegistry, testNode } from '../support/registry.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const signers = createDemoSigners();
const signed = signers.sign(
  { digest: DIGEST, pulledAs: 'registry.kit.example/tofu', source: null, revision: null },
  { signedBy: ['KIT'] },
);

/** A registry of one image, which speaks this version of the contract and has the same generation whatever it speaks. */
async function lab(context: TestContext, fields: Node, contract: 1 | 2 = 2) {
  const speaks = { contract };
  const nodes = (more: Node) => [
    testNode('tofu', { digest: DIGEST, sharing: 'open', license: 'MIT', ...more }),
  ];
  const registry = await startRegistry('kit', nodes(fields), (_request, response, { body }) => {
    if (body.query !== REGISTRY_QUERY) return false;
    const answer = { facility: 'kit', contract: speaks.contract, generation: 'generation 1' };
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ data: { registry: answer } }));
    return true;
  });
  context.after(() => registry.close());
  return { registry, speaks, replace: (more: Node) => registry.replace(nodes(more), 'generation 1') };
}

async function gatewayOf(context: TestContext, url: string, sqlite: string | null): Promise<RunningGateway> {
  const config = configOf({
    ...(sqlite !== null && { federation: { secret: { env: 'PANFED_SECRET' } }, store: { sqlite } }),
    facilities: [
      {
        id: 'kit',
        name: 'KIT',
        trust: { require: ['**'], keys: [{ name: 'KIT', env: 'KIT_KEY' }] },
        registries: [{ key: 'main', kind: 'graphql', url, pull: 'registry.kit.example', deadline: 5_000 }],
      },
    ],
  });
  const env = {
    PANFED_SECRET: 'a secret of the federation, for tests alone',
    KIT_KEY: signers.publicKey('KIT'),
  };
  const gateway = await startGateway(config, { env });
  context.after(() => gateway.close());
  return gateway;
}

/** The state that the image comes to, if it is not that at once: for 30 seconds at most. */
async function comesTo(gateway: RunningGateway, state: string): Promise<string | undefined> {
  const { catalog } = gateway.federation;
  const now = () => catalog.states()[0]?.snapshot?.records[0]?.trust.state;
  await catalog.refresh({ maxAge: null });
  for (let look = 0; now() !== state && look < 600; look += 1) await wait(50);
  return now();
}

describe('an image of a registry of contract 2', () => {
  test('is verified by what the registry answers', async (context) => {
    const { registry } = await lab(context, { ...signed });
    assert.equal(await comesTo(await gatewayOf(context, registry.url, null), 'verified'), 'verified');
  });

  test('is failed where one is required and the registry says that there is none', async (context) => {
    const { registry } = await lab(context, { signatures: [], attestations: [] });
    assert.equal(await comesTo(await gatewayOf(context, registry.url, null), 'failed'), 'failed');
  });

  test('is unknown where the registry cannot say, and its outcome says why', async (context) => {
    const { registry } = await lab(context, { signatures: null, attestations: null });
    const gateway = await gatewayOf(context, registry.url, null);
    assert.equal(await comesTo(gateway, 'unknown'), 'unknown');
    const { data } = await gateway.ask(
      '{ images { nodes { trust { state } access { pull } } sources { error { code } } } }',
    );
    assert.deepEqual(data.images, {
      nodes: [{ trust: { state: 'UNKNOWN' }, access: { pull: false } }],
      sources: [{ error: { code: 'SIGNATURES_UNAVAILABLE' } }],
    });
  });

  test('is unknown while a document has not the digest by which it is listed', async (context) => {
    const [document] = signed.signatures;
    const forged = { ...document, content: '{}' };
    const { registry } = await lab(context, { signatures: [forged], attestations: [] });
    const gateway = await gatewayOf(context, registry.url, null);
    assert.equal(await comesTo(gateway, 'unknown'), 'unknown');
    for (let look = 0; registry.arrivals.length < 3 && look < 600; look += 1) await wait(50);
    assert.equal(await comesTo(gateway, 'unknown'), 'unknown');
  });

  test('is verified after a restart from the store, while the registry is down', async (context) => {
    const sqlite = `${temporaryFolder(context)}/store.sqlite`;
    const { registry } = await lab(context, { ...signed });
    const first = await gatewayOf(context, registry.url, sqlite);
    assert.equal(await comesTo(first, 'verified'), 'verified');
    await first.close();
    await registry.close();
    assert.equal(await comesTo(await gatewayOf(context, registry.url, sqlite), 'verified'), 'verified');
  });
});

describe('a registry of contract 1', () => {
  test('is restored, and crawled anew once it speaks contract 2, though its generation is the same', async (context) => {
    const sqlite = `${temporaryFolder(context)}/store.sqlite`;
    const { registry, speaks, replace } = await lab(context, {}, 1);
    const first = await gatewayOf(context, registry.url, sqlite);
    assert.equal(await comesTo(first, 'failed'), 'failed');
    await first.close();
    const asked = registry.arrivals.length;
    const second = await gatewayOf(context, registry.url, sqlite);
    assert.equal(await comesTo(second, 'failed'), 'failed');
    assert.equal(registry.arrivals.length, asked, 'what is stored is used');
    replace({ ...signed });
    speaks.contract = 2;
    await second.federation.catalog.refresh({ maxAge: 0 });
    assert.equal(await comesTo(second, 'verified'), 'verified');
  });
});
