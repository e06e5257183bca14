import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readOfflineCatalog } from '../../../src/policy/build/diff-catalog.ts';
import { catalogs, demo } from '../../catalogs/demo.ts';

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

test('registries that are no files are named and not asked', async () => {
  const [desy, psi] = config.facilities;
  const [harbor] = psi!.registries;
  const away = { ...harbor!, demo: undefined, url: 'https://harbor.example/graphql' };
  const { snapshots, unread } = await readOfflineCatalog({
    ...config,
    facilities: [desy!, { ...psi!, registries: [away] }],
  });
  assert.deepEqual([snapshots.map(({ facility }) => facility), unread], [['desy'], ['psi/harbor']]);
});

test('without a file there is nothing to compare over', async () => {
  const [facility] = config.facilities;
  const registries = facility!.registries.map((one) => ({ ...one, demo: undefined }));
  await assert.rejects(readOfflineCatalog({ ...config, facilities: [{ ...facility!, registries }] }), {
    code: 'USAGE',
  });
});
