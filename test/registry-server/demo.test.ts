import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pino } from 'pino';
import { type Config, configSchema } from '../../src/config/schema.ts';
import type { FederationError } from '../../src/model/errors.ts';
import { startDemoRegistries } from '../../src/registry-server/demo.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SDL = 'type Query { imagesById(ids: [ID!]!): [Image]! }\ntype Image { beamline: String }';
const silent = pino({ level: 'silent' });
const folder = temporaryFolder({ after });

before(async () => {
  const image = (repository: string) => ({ repository, tag: '1', extension: { beamline: 'ID19' } });
  await writeFile(
    join(folder, 'esrf.yaml'),
    JSON.stringify({ facility: 'esrf', images: [image('em/relion')] }),
  );
  await writeFile(join(folder, 'bare.yaml'), JSON.stringify([{ repository: 'em/other', tag: '1' }]));
  await writeFile(join(folder, 'broken.yaml'), 'facility: esrf\nimages:\n  - repositry: em/relion\n');
  await writeFile(join(folder, 'esrf.extension.graphql'), SDL);
});

function config(
  registries: readonly {
    key: string;
    kind?: 'oci' | 'dockerhub';
    demo?: string;
    url?: string;
    crawl?: string[];
  }[],
): Config {
  const facilities = [
    {
      id: 'esrf',
      name: 'ESRF',
      extension: { schema: 'esrf.extension.graphql' },
      registries: registries.map((registry) => ({
        kind: 'graphql' as const,
        pull: 'registry.esrf.example',
        ...registry,
      })),
    },
  ];
  return {
    ...configSchema.parse({ federation: { name: 'test' }, demo: true, facilities }),
    baseDirectory: folder,
  };
}

async function ask(url: string | null, query: string): Promise<unknown> {
  assert.ok(url !== null);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

test('each registry has a loopback port of its own, and the lab’s extension is served by the one that answers it', async () => {
  const demo = await startDemoRegistries(
    config([
      { key: 'main', demo: 'esrf.yaml' },
      { key: 'hub', demo: 'bare.yaml' },
    ]),
    silent,
  );
  try {
    const [main, hub] = [demo.url('esrf', 'main'), demo.url('esrf', 'hub')];
    assert.match(main ?? '', /^http:\/\/127\.0\.0\.1:\d+\/graphql$/);
    assert.notEqual(main, hub);
    assert.deepEqual(await ask(main, '{ images(first: 1) { nodes { repository beamline } } }'), {
      data: { images: { nodes: [{ repository: 'em/relion', beamline: 'ID19' }] } },
    });
    assert.deepEqual(await ask(hub, '{ registry { facility } images(first: 1) { nodes { repository } } }'), {
      data: { registry: { facility: 'esrf' }, images: { nodes: [{ repository: 'em/other' }] } },
    });
    assert.match(
      JSON.stringify(await ask(hub, '{ images(first: 1) { nodes { beamline } } }')),
      /Cannot query field/,
    );
  } finally {
    await demo.close();
  }
});

test('a registry of images is at its root, and answers by the API of its kind', async () => {
  const demo = await startDemoRegistries(
    config([
      { key: 'main', kind: 'oci', demo: 'esrf.yaml' },
      { key: 'hub', kind: 'dockerhub', demo: 'bare.yaml', crawl: ['em/**'] },
    ]),
    silent,
  );
  try {
    const [main, hub] = [demo.url('esrf', 'main'), demo.url('esrf', 'hub')];
    assert.match(main ?? '', /^http:\/\/127\.0\.0\.1:\d+$/);
    const catalog = await fetch(`${main}/v2/_catalog`);
    assert.deepEqual(await catalog.json(), { repositories: ['em/relion'] });
    const tags = await fetch(`${hub}/v2/namespaces/em/repositories/other/tags`);
    assert.deepEqual(((await tags.json()) as { results: { name: string }[] }).results[0]?.name, '1');
  } finally {
    await demo.close();
  }
});

test('a registry with an address of its own does not belong to the demo', async () => {
  const demo = await startDemoRegistries(
    config([{ key: 'main', url: 'https://registry.esrf.example/graphql' }]),
    silent,
  );
  assert.equal(demo.url('esrf', 'main'), null);
  assert.equal(demo.url('psi', 'main'), null);
  await demo.close();
});

test('a catalog with a mistake is refused with its place, and the others are ended', async () => {
  const starting = startDemoRegistries(
    config([
      { key: 'main', demo: 'esrf.yaml' },
      { key: 'hub', demo: 'broken.yaml' },
    ]),
    silent,
  );
  await assert.rejects(starting, (error: FederationError) => {
    assert.equal(error.code, 'CATALOG_INVALID');
    assert.match(JSON.stringify(error.extensions?.problems), /broken\.yaml:3/);
    assert.match(error.message, /repositry/);
    return true;
  });
});
