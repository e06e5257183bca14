// The demo's data catalogs, as they are asked.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { pino } from 'pino';
import { createDataCatalogs, type DataCatalogs } from '../../src/data-catalogs/data-catalogs.ts';
import { SYSTEM_CLOCK } from '../../src/model/clock.ts';
import { type DemoDataCatalogs, startDemoDataCatalogs } from '../../src/registry-server/data-sets.ts';
import { httpClient, SOMEONE, vocabulary } from '../data-catalogs/asking.ts';
import { demoConfig } from '../support/gateway.ts';
import { ROOT } from '../support/root.ts';

describe('the demo’s data catalogs', () => {
  const client = httpClient();
  let demo: DemoDataCatalogs;
  let catalogs: DataCatalogs;
  before(async () => {
    const config = await demoConfig();
    demo = await startDemoDataCatalogs(config, pino({ level: 'silent' }));
    catalogs = await createDataCatalogs({
      ...{ ...config, httpClient: client, vocabulary, clock: SYSTEM_CLOCK, demoUrl: demo.url },
      secret: async () => '',
    });
  });
  after(() => demo?.close());

  for (const [pid, formats, techniques, path, documents] of [
    [
      '10.5072/desy.ptycho-1',
      ['HDF5'],
      ['PaNET01212'],
      '/asap3/petra3/gpfs/p06/2024/data/11019999/raw/scan_00001',
      ['10.5072/desy.proposal-11019999'],
    ],
    ['10.5072/desy.saxs-1', null, ['PaNET01124'], '/asap3/petra3/gpfs/p03/2024/data/11018888/raw', []],
    ['10.5072/esrf.tomo-1', ['TIFF'], ['PaNET01203'], null, ['10.5072/esrf.proposal-es-1']],
    ['10.5072/esrf.mixed-1', null, ['PaNET01124'], null, []],
  ] as const) {
    test(`have ${pid}`, async () => {
      const { dataSet, outcome } = await catalogs.lookUp(pid, SOMEONE);
      assert.equal(outcome.status, 'OK');
      assert.deepEqual(
        [dataSet?.formats, dataSet?.techniques, dataSet?.path, dataSet?.documents],
        [formats, techniques, path, documents],
      );
    });
  }

  for (const pid of ['10.5072/desy.none', '10.5072/esrf.none']) {
    test(`have no ${pid}`, async () => {
      assert.equal((await catalogs.lookUp(pid, SOMEONE)).outcome.status, 'NOT_FOUND');
    });
  }

  test('refuse a file that is none', async () => {
    const facility = (await demoConfig()).facilities[0];
    assert.ok(facility);
    const dataCatalogs = [
      { kind: 'scicat' as const, demo: 'package.json', pidPrefixes: ['10.5072'], timeout: 5_000 },
    ];
    const config = { facilities: [{ ...facility, dataCatalogs }], baseDirectory: ROOT };
    await assert.rejects(startDemoDataCatalogs(config, pino({ level: 'silent' })), {
      code: 'CATALOG_INVALID',
    });
  });
});
