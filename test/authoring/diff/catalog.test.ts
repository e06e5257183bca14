import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Network, readOfflineCatalog } from '../../../src/authoring/diff/catalog.ts';
import { createHttpClient } from '../../../src/network/create-http-client.ts';
import { catalogs, demo } from '../../catalogs/demo.ts';
import { startRegistry, testNode } from '../../support/registry.ts';

const { config } = demo;

test('the offline catalog has every record of the demo’s files, as the gateway ingests them', async () => {
  const { snapshots, unread } = await readOfflineCatalog(config);
  assert.deepEqual(unread, []);
  assert.deepEqual(
    snapshots.map(({ facility, registry, records }) => [facility, registry, records]),
    catalogs.map(({ facility, registry, records }) => [
      facility,
      registry,
      records.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    ]),
  );
});

/** PSI's registry at an address, where it speaks the contract, and DESY's in its file. */
function withPsiAt(url: string, token?: { env: string }) {
  const [desy, psi] = config.facilities;
  const [harbor] = psi!.registries;
  const away = { ...harbor!, kind: 'graphql' as const, demo: undefined, url, ...(token && { token }) };
  return { ...config, facilities: [desy!, { ...psi!, registries: [away] }] };
}

function asking() {
  const told: [string, unknown][] = [];
  const httpClient = createHttpClient();
  const network: Network = {
    httpClient,
    secret: async () => 'the-token',
    progress: (registry, outcome) => told.push([registry, outcome]),
  };
  return { network, told, [Symbol.asyncDispose]: () => httpClient.close() };
}

test('registries that are no files are named and not asked', async () => {
  const { snapshots, unread } = await readOfflineCatalog(withPsiAt('https://harbor.example/graphql'));
  assert.deepEqual(
    [snapshots.map(({ facility }) => facility), unread],
    [['desy'], [{ registry: 'psi/harbor', failure: null }]],
  );
});

test('other facilities’ registries are neither read nor missed', async () => {
  const away = withPsiAt('https://harbor.example/graphql');
  const { snapshots, unread } = await readOfflineCatalog(away, { facilities: ['desy'] });
  assert.deepEqual([snapshots.map(({ facility }) => facility), unread], [['desy'], []]);
});

test('a registry is asked with its token if a network is given, and its progress is reported', async () => {
  const registry = await startRegistry('psi', [testNode('mx/xds'), testNode('em/relion')]);
  try {
    await using ask = asking();
    const away = withPsiAt(registry.url, { env: 'PSI_TOKEN' });
    const { snapshots, unread } = await readOfflineCatalog(away, { network: ask.network });
    assert.deepEqual(unread, []);
    assert.deepEqual(ask.told, [['psi/harbor', 2]]);
    assert.deepEqual(
      snapshots.at(-1)?.records.map(({ repository }) => repository),
      ['em/relion', 'mx/xds'],
    );
    assert.deepEqual(
      [...new Set(registry.arrivals.map(({ authorization }) => authorization))],
      ['Bearer the-token'],
    );
  } finally {
    await registry.close();
  }
});

test('a registry that fails is named with its failure, and the others are read', async () => {
  const registry = await startRegistry('psi', [], (_, response) => {
    response.writeHead(500).end();
    return true;
  });
  try {
    await using ask = asking();
    const { snapshots, unread } = await readOfflineCatalog(withPsiAt(registry.url), {
      network: ask.network,
    });
    assert.deepEqual(
      snapshots.map(({ facility }) => facility),
      ['desy'],
    );
    assert.deepEqual(
      unread.map(({ registry: name, failure }) => [name, failure?.code]),
      [['psi/harbor', 'SOURCE_HTTP_STATUS']],
    );
    assert.deepEqual(ask.told, [['psi/harbor', unread[0]?.failure]]);
    await assert.rejects(
      readOfflineCatalog(withPsiAt(registry.url), { facilities: ['psi'], network: ask.network }),
      { code: 'SOURCE_UNAVAILABLE', at: 'psi/harbor: SOURCE_HTTP_STATUS' },
    );
  } finally {
    await registry.close();
  }
});

test('a demo’s registry of images is crawled without a server, and has its catalog’s images', async () => {
  const facilities = config.facilities.filter(({ id }) => id === 'psi');
  const { snapshots } = await readOfflineCatalog({ ...config, facilities });
  const [records = []] = snapshots.map((snapshot) => snapshot.records);
  assert.equal(records.length, 29);
  assert.equal(records.find(({ repository }) => repository === 'sinq/mcnp')?.manifests.length, 1);
});

test('without a file there is nothing to compare over', async () => {
  const [facility] = config.facilities;
  const registries = facility!.registries.map((one) => ({ ...one, demo: undefined }));
  await assert.rejects(readOfflineCatalog({ ...config, facilities: [{ ...facility!, registries }] }), {
    code: 'USAGE',
  });
});
