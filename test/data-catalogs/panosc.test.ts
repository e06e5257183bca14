// PaNOSC's search API, asked as its reference implementation wants to be.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type PanoscOptions, startPanoscServer } from '../support/data-catalogs/panosc-server.ts';
import { startJsonServer } from '../support/data-catalogs/recording-server.ts';
import { catalogsOf, httpClient, SOMEONE } from './asking.ts';

const PID = '10.5072/panosc-dataset1';
const DATA_SET = {
  ...{ pid: PID, title: 'Test', isPublic: true, size: 1_024, creationDate: '2020-05-05T15:01:02.341Z' },
  techniques: [{ pid: '20.500.12269/tech1', name: 'SAXS', panetId: 'PaNET01188' }],
  files: [{ id: 1, name: 'scan.nxs', path: '/data/raw/scan.nxs' }],
};

describe('a data set in PaNOSC’s search API', () => {
  const client = httpClient();

  const lookUp = async (options: PanoscOptions, pid = PID) => {
    const server = await startPanoscServer(options);
    try {
      const catalogs = await catalogsOf(client, { esrf: { kind: 'panosc', url: `${server.origin}/api` } });
      return { ...(await catalogs.lookUp(pid, SOMEONE)), asked: server.asked };
    } finally {
      await server.close();
    }
  };

  test('has the technique of its panetId, the format of its files and its size', async () => {
    const { dataSet, notices, outcome } = await lookUp({ dataSets: [DATA_SET] });
    assert.deepEqual(dataSet, {
      ...{ pid: PID, facility: 'esrf', size: 1_024, path: null, documents: [] },
      ...{ techniques: ['PaNET01188'], formats: ['NeXus'] },
    });
    assert.deepEqual([notices, outcome.status], [[], 'OK']);
  });

  for (const [name, technique] of [
    ['pid', { pid: 'http://purl.org/pan-science/PaNET/PaNET01188', name: 'what a lab calls it' }],
    ['name', { pid: '20.500.12269/tech1', name: 'small angle x-ray scattering' }],
  ] as const) {
    test(`has the technique of its ${name} where there is no panetId`, async () => {
      const { dataSet } = await lookUp({ dataSets: [{ ...DATA_SET, techniques: [technique] }] });
      assert.deepEqual(dataSet?.techniques, ['PaNET01188']);
    });
  }

  test('is asked by its PID with the slash encoded, and its files with a limit', async () => {
    const { asked } = await lookUp({ dataSets: [DATA_SET] });
    assert.deepEqual(
      asked.map(({ path }) => path),
      ['/api/Datasets/10.5072%2Fpanosc-dataset1', '/api/Datasets/10.5072%2Fpanosc-dataset1/files'],
    );
    assert.deepEqual(asked[1]?.parameters, { filter: { limit: 501 } });
  });

  test('has no known format where it has more files than are read, or their list is too large', async () => {
    const file = { id: 1, name: 'scan.nxs' };
    for (const files of [Array(502).fill(file), Array(400).fill({ ...file, path: 'x'.repeat(1_000) })]) {
      const { dataSet, notices } = await lookUp({ dataSets: [{ ...DATA_SET, files }] });
      assert.deepEqual([dataSet?.formats, dataSet?.techniques], [null, ['PaNET01188']]);
      assert.match(notices[0]?.message ?? '', /too many files/);
    }
  });

  test('is found by a filter where the server takes the slash for one of the path', async () => {
    const { dataSet } = await lookUp({ dataSets: [DATA_SET], matchesSlash: false });
    assert.deepEqual([dataSet?.techniques, dataSet?.formats], [['PaNET01188'], null]);
  });

  test('without techniques is found all the same, although an include with a scope leaves out parents', async () => {
    const { outcome } = await lookUp({ dataSets: [{ ...DATA_SET, techniques: [] }], matchesSlash: false });
    assert.equal(outcome.status, 'OK');
  });

  test('is each of a document by its PID or DOI: techniques of all, and the sum of their sizes', async () => {
    const other = { ...DATA_SET, pid: '10.5072/b', techniques: [{ pid: 'PaNET01203', name: 'b' }] };
    const document = { pid: 'proposal-7', doi: '10.5072/doc', datasets: [DATA_SET, other] };
    const { dataSet } = await lookUp({ documents: [document] }, '10.5072/doc');
    assert.deepEqual(dataSet, {
      ...{ pid: '10.5072/doc', facility: 'esrf', size: 2_048, path: null, documents: ['proposal-7'] },
      ...{ techniques: ['PaNET01188', 'PaNET01203'], formats: null },
    });
  });

  test('is not taken from a server that knows no filter, and answers others', async () => {
    const server = await startJsonServer(({ path }) =>
      path.includes('%2F')
        ? { status: 404, body: {} }
        : { body: [path.endsWith('Datasets') ? DATA_SET : { pid: 'other', datasets: [DATA_SET] }] },
    );
    try {
      const catalogs = await catalogsOf(client, { esrf: { kind: 'panosc', url: `${server.origin}/api` } });
      assert.equal((await catalogs.lookUp('10.5072/wanted', SOMEONE)).outcome.status, 'NOT_FOUND');
    } finally {
      await server.close();
    }
  });

  test('names the documents that it belongs to, in the first and in the present data model', async () => {
    const { dataSet } = await lookUp({
      dataSets: [{ ...DATA_SET, document: { pid: '10.5072/a' }, documents: [{ pid: '10.5072/b' }] }],
    });
    assert.deepEqual(dataSet?.documents, ['10.5072/a', '10.5072/b']);
  });

  test('that is unknown (MODEL_NOT_FOUND) is not found, and no list is asked for without a limit, or with 0', async () => {
    const { outcome, asked, dataSet } = await lookUp({ dataSets: [DATA_SET] }, '10.5072/other');
    assert.deepEqual(
      [dataSet, outcome],
      [null, { facility: 'esrf', kind: 'panosc', status: 'NOT_FOUND', error: null, tookMs: null }],
    );
    for (const { path, parameters } of asked) {
      const { limit } = parameters.filter as { readonly limit?: number };
      if (!path.includes('%2F')) assert.ok(limit !== undefined && limit > 0, path);
    }
    assert.equal(asked.length, 3);
  });
});
