// ICAT, by the API of DataGateway.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BearerToken } from '../../src/data-catalogs/bearer-token.ts';
import { type IcatRows, SESSION, startIcatServer } from '../support/data-catalogs/icat-server.ts';
import { catalogsOf, httpClient, SOMEONE } from './asking.ts';

const PID = '10.5072/ISIS.E.RB1';
const DATA_SET = {
  ...{ id: 7, doi: PID, name: 'raw', location: '/instrument/SANS2D/RB1', fileSize: 4_096 },
  datasetTechniques: [{ id: 1, technique: { id: 2, pid: 'PaNET01189', name: 'SANS' } }],
};
const fileOf = (name: string, format: string | null = null) => ({
  ...{ id: 1, name, dataset: { id: 7 } },
  datafileFormat: format === null ? null : { id: 1, name: format, version: '1' },
});

describe('a data set in ICAT', () => {
  const client = httpClient();

  const lookUp = async (rows: IcatRows, session: string | null = SESSION) => {
    const server = await startIcatServer({ datasets: [], investigations: [], datafiles: [], ...rows });
    try {
      const url = `${server.origin}/datagateway-api`;
      const catalogs = await catalogsOf(client, { isis: { kind: 'icat', url } });
      const token = session === null ? null : BearerToken.read(`Bearer ${session}`, 100);
      return { ...(await catalogs.lookUp(PID, { ...SOMEONE, token })), asked: server.asked };
    } finally {
      await server.close();
    }
  };

  test('has its techniques, size and folder, and the format of its files', async () => {
    const { dataSet } = await lookUp({ datasets: [DATA_SET], datafiles: [fileOf('1.nxs'), fileOf('log')] });
    assert.deepEqual(dataSet, {
      ...{ pid: PID, facility: 'isis', size: 4_096, path: '/instrument/SANS2D/RB1', documents: [] },
      ...{ formats: ['NeXus'], techniques: ['PaNET01189'] },
    });
  });

  test('has the format that ICAT names for all of its files', async () => {
    const datafiles = [fileOf('1.dat', 'NeXus'), fileOf('2.dat', 'NeXus')];
    assert.deepEqual((await lookUp({ datasets: [DATA_SET], datafiles })).dataSet?.formats, ['NeXus']);
  });

  test('is that of an investigation by its DOI', async () => {
    const { doi: _, ...dataSet } = DATA_SET;
    const found = await lookUp({ investigations: [{ id: 3, doi: PID, datasets: [dataSet] }] });
    assert.deepEqual(found.dataSet?.techniques, ['PaNET01189']);
    assert.deepEqual(found.dataSet?.documents, [PID]);
  });

  test('is asked for with a limit each time', async () => {
    const { asked } = await lookUp({ datasets: [DATA_SET] });
    assert.deepEqual(asked.map(({ path, parameters }) => [path, parameters.limit]).sort(), [
      ['/datagateway-api/datafiles', 501],
      ['/datagateway-api/datasets', 1],
      ['/datagateway-api/investigations', 1],
    ]);
  });

  for (const [name, session] of [
    ['no session (401)', null],
    ['a session that is none (403)', 'other'],
  ] as const) {
    test(`is not found with ${name}`, async () => {
      assert.equal((await lookUp({ datasets: [DATA_SET] }, session)).outcome.status, 'NOT_FOUND');
    });
  }
});
