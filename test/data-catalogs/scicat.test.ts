// SciCat's API, versions 3 and 4.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BearerToken } from '../../src/data-catalogs/bearer-token.ts';
import {
  type ScicatDataSet,
  type ScicatPublished,
  startScicatServer,
} from '../support/data-catalogs/scicat-server.ts';
import { catalogsOf, httpClient, SOMEONE } from './asking.ts';

const PID = '10.5072/9f3d-scicat';
const DATA_SET: ScicatDataSet = {
  ...{ pid: PID, owner: 'A', type: 'raw', size: 5_000, dataFormat: 'hdf5', proposalId: '10.5072/p' },
  sourceFolder: '/sls/X12SA/Data10/e12345',
  techniques: [{ pid: 'https://w3id.org/pan-science/PaNET/PaNET01188', name: 'SAXS' }],
  scientificMetadata: { energy: { value: 12, unit: 'keV' } },
};

describe('a data set in SciCat', () => {
  const client = httpClient();

  const lookUp = async (
    dataSets: readonly ScicatDataSet[],
    root = '/api/v3',
    token: BearerToken | null = null,
    { published = [], pid = PID }: { published?: readonly ScicatPublished[]; pid?: string } = {},
  ) => {
    const server = await startScicatServer(dataSets, root, published);
    try {
      const catalogs = await catalogsOf(client, { psi: { kind: 'scicat', url: server.origin + root } });
      return { ...(await catalogs.lookUp(pid, { ...SOMEONE, token })), asked: server.asked };
    } finally {
      await server.close();
    }
  };

  for (const root of ['/api/v3', '/api/v4']) {
    test(`has its techniques, format, size and folder at ${root}`, async () => {
      const { dataSet, asked } = await lookUp([DATA_SET], root);
      assert.deepEqual(dataSet, {
        ...{ pid: PID, facility: 'psi', size: 5_000, path: '/sls/X12SA/Data10/e12345' },
        ...{ documents: ['10.5072/p'], formats: ['HDF5'], techniques: ['PaNET01188'] },
      });
      assert.deepEqual(
        asked.map(({ path }) => path),
        [`${root}/datasets/10.5072%2F9f3d-scicat`],
      );
    });
  }

  for (const root of ['/api/v3', '/api/v4']) {
    test(`is each of what was published by a DOI, at ${root}`, async () => {
      const other = { ...DATA_SET, pid: '20.500.1/b', techniques: [{ pid: 'PaNET01203', name: 'b' }] };
      const published = [{ doi: '10.5072/doi', pids: [PID, '20.500.1/b'] }];
      const { dataSet } = await lookUp([DATA_SET, other], root, null, { published, pid: '10.5072/doi' });
      assert.deepEqual(dataSet, {
        ...{ pid: '10.5072/doi', facility: 'psi', size: 10_000, path: null, documents: ['10.5072/doi'] },
        ...{ formats: null, techniques: ['PaNET01188', 'PaNET01203'] },
      });
    });
  }

  test('has no technique where one of those that were published with it is withheld, or there are too many', async () => {
    const withheld = { ...DATA_SET, pid: '20.500.1/b', withheldWithout: 'secret' };
    for (const pids of [
      [PID, '20.500.1/b'],
      [PID, '..'],
      Array.from({ length: 11 }, (_, index) => `20.500.1/${index}`),
    ]) {
      const rows = [withheld, ...pids.map((pid) => ({ ...DATA_SET, pid }))];
      const published = [{ doi: '10.5072/doi', pids }];
      const { dataSet, asked } = await lookUp(rows, '/api/v3', null, { published, pid: '10.5072/doi' });
      assert.deepEqual([dataSet?.techniques, dataSet?.size], [null, null]);
      assert.ok(asked.length <= 12);
    }
  });

  test('has no technique where one of those that were published with it states none, which may be of another', async () => {
    const other = { ...DATA_SET, pid: '20.500.1/b', techniques: [] };
    const published = [{ doi: '10.5072/doi', pids: [PID, '20.500.1/b'] }];
    const { dataSet } = await lookUp([DATA_SET, other], '/api/v3', null, { published, pid: '10.5072/doi' });
    assert.deepEqual([dataSet?.techniques, dataSet?.size], [null, 10_000]);
  });

  test('has no part that the server answers for another', async () => {
    const published = [{ doi: '10.5072/doi', pids: [PID, '20.500.1/b'] }];
    const strange = { ...DATA_SET, pid: '20.500.1/b', answersAs: '20.500.1/c' };
    const { dataSet } = await lookUp([DATA_SET, strange], '/api/v3', null, { published, pid: '10.5072/doi' });
    assert.deepEqual([dataSet?.techniques, dataSet?.size], [null, null]);
  });

  test('has no folder where the name would be another one when it is made inert: that is no folder of theirs', async () => {
    for (const sourceFolder of [
      '/data/a ',
      '/data/ru\u0301n',
      '/data/a\u200bb',
      '/data/a\tb',
      '/data/\ud800',
    ]) {
      assert.equal((await lookUp([{ ...DATA_SET, sourceFolder }])).dataSet?.path, null);
    }
    const folder = '/data/a  b/rún';
    assert.equal((await lookUp([{ ...DATA_SET, sourceFolder: folder }])).dataSet?.path, folder);
  });

  test('has no size where SciCat says 0, and no format where it names none that is known', async () => {
    const { dataSet, notices } = await lookUp([{ ...DATA_SET, size: 0, dataFormat: 'our own' }]);
    assert.deepEqual([dataSet?.size, dataSet?.formats], [null, null]);
    assert.deepEqual(
      notices.map(({ code, suggestions }) => [code, suggestions]),
      [['DATA_NOT_KNOWN', ['our own']]],
    );
  });

  test('has no technique where one of those that SciCat names is not known', async () => {
    const techniques = [...(DATA_SET.techniques as object[]), { pid: 'x', name: 'staring' }];
    const { dataSet, notices } = await lookUp([{ ...DATA_SET, techniques }]);
    assert.equal(dataSet?.techniques, null);
    assert.deepEqual(notices[0]?.suggestions, ['staring']);
  });

  test('that is withheld (403) is found with the caller’s token alone', async () => {
    const withheld = [{ ...DATA_SET, withheldWithout: 'secret' }];
    assert.equal((await lookUp(withheld)).outcome.status, 'NOT_FOUND');
    const token = BearerToken.read('Bearer secret', 100);
    assert.equal((await lookUp(withheld, '/api/v3', token)).outcome.status, 'OK');
  });
});
