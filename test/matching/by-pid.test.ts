// Matching by the PID of a data set: what its data catalog says, and that it tells nobody else.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { BearerToken } from '../../src/data-catalogs/bearer-token.ts';
import { ANONYMOUS, type Caller } from '../../src/model/subject.ts';
import type { LocalPolicyEngine } from '../../src/policy/create-engine.ts';
import { catalogsOf, httpClient } from '../data-catalogs/asking.ts';
import { cluster } from '../support/compute.ts';
import type { RecordingServer } from '../support/data-catalogs/recording-server.ts';
import { type ScicatDataSet, startScicatServer } from '../support/data-catalogs/scicat-server.ts';
import fc, { runs } from '../support/fast-check.ts';
import { MATCH } from '../support/questions.ts';
import { digestOf, imageRecord } from '../support/records.ts';
import { callerOf, createWorld, testEngine, type World } from '../support/world.ts';

const PID = '10.5072/a';
const DATA_SET: ScicatDataSet = {
  ...{ pid: PID, size: 5_368_709_120, dataFormat: 'HDF5', sourceFolder: '/data/visitor/ma1' },
  techniques: [{ pid: 'PaNET01188', name: 'SAXS' }],
};
const TOKEN = 'of-the-caller';

interface Finding {
  readonly dimension: string;
  readonly verdict: string;
  readonly code: string;
  readonly message: string;
}

describe('match by PID', () => {
  const client = httpClient();
  let engine: LocalPolicyEngine;
  let catalog: RecordingServer;
  let world: World;
  /** What the catalog has; a test may change it. */
  const rows: ScicatDataSet[] = [];
  before(async () => {
    engine = await testEngine();
    catalog = await startScicatServer(rows);
    const records = ['HDF5', 'MRC'].map((format, index) =>
      imageRecord({
        ...{ digest: digestOf(20 + index), reads: [format], techniques: ['PaNET01188'] },
        frameworks: [{ name: `F${index}`, version: '1', raw: 'f' }],
      }),
    );
    world = await createWorld([{ facility: 'esrf', registry: 'main', records }], engine, {
      resources: [cluster(), cluster({ id: 'desy/pool', facility: 'desy' })],
      dataCatalogs: await catalogsOf(client, { esrf: { kind: 'scicat', url: `${catalog.origin}/api/v3` } }),
    });
  });
  after(async () => {
    await engine.close();
    await catalog.close();
  });
  const having = (...has: readonly ScicatDataSet[]): void => {
    rows.splice(0, rows.length, ...has);
    catalog.asked.length = 0;
  };

  const ask = async (
    data: object,
    {
      token,
      caller = ANONYMOUS,
      ...rest
    }: { token?: string; caller?: Caller; first?: number; after?: string } = {},
  ) => {
    const catalogToken = token === undefined ? null : BearerToken.read(`Bearer ${token}`, 100);
    return world.ask(MATCH, { data, ...rest }, caller, { catalogToken });
  };
  const matched = async (...asked: Parameters<typeof ask>) => JSON.parse(await ask(...asked)).data.match;
  /** Those that say something of the data. */
  const aboutData = ({ notices }: { notices: { code: string; suggestions: string[] }[] }) =>
    notices.filter(({ code }) => code.startsWith('DATA_'));
  const findingsOf = (
    answer: {
      edges: { node: { framework: { id: string }; resource: { id: string }; findings: Finding[] } }[];
    },
    image: string,
    dimension: string,
  ) =>
    answer.edges
      .filter(
        ({ node }) => node.framework.id.toLowerCase().endsWith(image) && node.resource.id === 'esrf/cluster',
      )
      .flatMap(({ node }) => node.findings)
      .find((finding) => finding.dimension === dimension);

  test('judges format, technique and place by what the data catalog says', async () => {
    having(DATA_SET);
    const answer = await matched({ pid: `https://doi.org/${PID}` });
    const codes = (image: string) =>
      ['FORMAT', 'TECHNIQUE', 'LOCALITY'].map((dimension) => findingsOf(answer, image, dimension)?.code);
    assert.deepEqual(codes('f0'), ['FORMAT_SAME', 'TECHNIQUE_SAME', 'DATA_MOUNTED']);
    assert.deepEqual(codes('f1'), ['FORMAT_OTHER', 'TECHNIQUE_SAME', 'DATA_MOUNTED']);
    assert.deepEqual(answer.dataSet, {
      ...{
        pid: PID,
        facility: { id: 'esrf' },
        size: 5_368_709_120,
        path: '/data/visitor/ma1',
        documents: [],
      },
      formats: [{ id: 'HDF5', label: 'HDF5' }],
      techniques: [{ id: 'PaNET01188', label: answer.dataSet.techniques[0].label }],
    });
    assert.deepEqual(answer.dataCatalog, {
      facility: { id: 'esrf' },
      kind: 'SCICAT',
      status: 'OK',
      error: null,
    });
    assert.match(
      findingsOf(answer, 'f0', 'LOCALITY')?.message ?? '',
      /They have 5 GiB\. Their folder is \/data\/visitor\/ma1\.$/,
    );
  });

  test('takes the caller’s own word, and says where the data catalog says another', async () => {
    having(DATA_SET);
    const answer = await matched({
      pid: PID,
      format: 'MRC',
      facility: 'desy',
      technique: 'SAXS',
      size: 7,
    });
    assert.deepEqual(
      aboutData(answer).map(({ code, suggestions }) => [code, suggestions]),
      [
        ['DATA_CONTRADICTION', ['HDF5']],
        ['DATA_CONTRADICTION', ['esrf']],
        ['DATA_CONTRADICTION', ['5368709120']],
      ],
    );
    assert.equal(findingsOf(answer, 'f1', 'FORMAT')?.code, 'FORMAT_SAME');
    assert.equal(findingsOf(answer, 'f1', 'LOCALITY')?.code, 'DATA_ELSEWHERE');
  });

  test('does not take the folder of the data set for one at the place that the caller says', async () => {
    having(DATA_SET);
    for (const [facility, isThere] of [
      [null, true],
      ['esrf', true],
      ['desy', false],
    ] as const) {
      const { edges } = await matched({ pid: PID, facility });
      const messages = edges
        .flatMap(({ node }: { readonly node: { readonly findings: readonly Finding[] } }) => node.findings)
        .flatMap(({ dimension, message }: Finding) => (dimension === 'LOCALITY' ? [message] : []));
      assert.ok(messages.length > 0);
      for (const message of messages) assert.equal(message.includes('Their folder is'), isThere, message);
    }
  });

  test('finds no contradiction in a narrower word', async () => {
    having(DATA_SET);
    assert.deepEqual(aboutData(await matched({ pid: PID, format: 'NXtomo' })), []);
  });

  test('does not know what the data catalog does not say, and says so: that is no yes', async () => {
    having({ pid: PID });
    const answer = await matched({ pid: PID });
    assert.equal(findingsOf(answer, 'f0', 'FORMAT')?.code, 'FORMAT_OF_DATA_UNKNOWN');
    assert.equal(findingsOf(answer, 'f0', 'TECHNIQUE')?.verdict, 'UNKNOWN');
    assert.equal(findingsOf(answer, 'f0', 'LOCALITY')?.code, 'DATA_MOUNTED');
    assert.deepEqual(
      aboutData(answer).map(({ code }) => code),
      ['DATA_NOT_KNOWN', 'DATA_NOT_KNOWN'],
    );
  });

  test('answers where the data catalog fails, with what the PID itself says', async () => {
    const catalogs = await catalogsOf(client, { esrf: { kind: 'scicat', url: 'http://127.0.0.1:1/api' } });
    const lone = await createWorld(
      [{ facility: 'esrf', registry: 'main', records: [imageRecord({ reads: ['HDF5'] })] }],
      engine,
      { resources: [cluster()], dataCatalogs: catalogs },
    );
    const answer = JSON.parse(await lone.ask(MATCH, { data: { pid: PID } })).data.match;
    assert.deepEqual(
      [answer.dataSet, answer.dataCatalog.status, answer.dataCatalog.error.code, answer.notices[0].code],
      [null, 'ERROR', 'SOURCE_UNAVAILABLE', 'DATA_CATALOG_UNAVAILABLE'],
    );
    assert.deepEqual(
      answer.edges[0].node.findings
        .filter(({ dimension }: Finding) => ['FORMAT', 'LOCALITY'].includes(dimension))
        .map(({ code }: Finding) => code),
      ['FORMAT_OF_DATA_UNKNOWN', 'DATA_MOUNTED'],
    );
  });

  test('answers about what is withheld byte for byte as about what is not there, whatever it is', async () => {
    const techniques = fc.subarray([
      { pid: 'PaNET01188', name: 'a' },
      { pid: 'x', name: 'unheard of' },
    ]);
    const arbitrary = fc.record({
      size: fc.option(fc.nat()),
      dataFormat: fc.option(fc.constantFrom('HDF5', 'MRC', 'our own')),
      sourceFolder: fc.option(fc.string({ maxLength: 40 })),
      techniques,
    });
    await fc.assert(
      fc.asyncProperty(arbitrary, fc.boolean(), async (facts, hasOther) => {
        const token = hasOther ? 'another' : undefined;
        having({ ...facts, pid: PID, withheldWithout: TOKEN });
        const asking = `{ match(data: { pid: "${PID}" }) { totalCount counts { yes unknown no } dataSet { pid }
          dataCatalog { facility { id } kind status error { code message } tookMs }
          notices { code message suggestions } edges { cursor node { findings { code message } } } } }`;
        const all = async (): Promise<readonly string[]> => [
          await ask({ pid: PID }, { ...(token !== undefined && { token }) }),
          await world.ask(asking),
        ];
        const withheld = await all();
        const requests = catalog.asked.length;
        having();
        assert.deepEqual(withheld, await all());
        assert.equal(catalog.asked.length, requests);
      }),
      { numRuns: runs(10) },
    );
  });

  test('shows what is withheld to the caller with the token alone, at the same time and afterwards', async () => {
    having({ ...DATA_SET, withheldWithout: TOKEN });
    const [theirs, mine] = await Promise.all([ask({ pid: PID }), ask({ pid: PID }, { token: TOKEN })]);
    const later = await ask({ pid: PID });
    assert.equal(JSON.parse(mine).data.match.dataSet.path, '/data/visitor/ma1');
    for (const answer of [theirs, later]) {
      assert.equal(JSON.parse(answer).data.match.dataSet, null);
      assert.ok(!answer.includes('/data/visitor'));
    }
    // One where it is shown, two where it is looked for as published data, too.
    assert.equal(catalog.asked.length, 1 + 2 * 2);
    assert.ok(!mine.includes(TOKEN));
  });

  test('gives cursors that hold as long as the data catalog says the same', async () => {
    having(DATA_SET);
    const { pageInfo } = await matched({ pid: PID }, { first: 1 });
    const after = pageInfo.endCursor as string;
    assert.equal((await matched({ pid: PID }, { first: 1, after })).edges.length, 1);
    for (const change of [
      { size: 1 },
      { dataFormat: 'MRC' },
      { sourceFolder: '/elsewhere' },
      { techniques: [] },
    ]) {
      having({ ...DATA_SET, ...change });
      const answer = JSON.parse(await ask({ pid: PID }, { first: 1, after }));
      assert.equal(answer.errors[0].extensions.code, 'BAD_CURSOR');
    }
    having();
    assert.match(await ask({ pid: PID }, { first: 1, after }), /BAD_CURSOR/);
  });

  test('refuses what is no PID, and one that leads to no data catalog', async () => {
    having(DATA_SET);
    for (const [pid, code] of [
      ['abc', 'BAD_INPUT'],
      ['10.5072/a"b', 'BAD_INPUT'],
      ['10.1234/a', 'BAD_CHOICE'],
    ] as const) {
      const { errors } = JSON.parse(await ask({ pid }));
      assert.deepEqual([errors[0].extensions.code, errors[0].extensions.at], [code, 'data.pid']);
    }
    assert.deepEqual(catalog.asked, []);
  });

  test('refuses one look-up too many, with the seconds to wait', async () => {
    having(DATA_SET);
    const few = await createWorld([{ facility: 'esrf', registry: 'main', records: [] }], engine, {
      dataCatalogs: await catalogsOf(
        client,
        { esrf: { kind: 'scicat', url: `${catalog.origin}/api/v3` } },
        1,
      ),
    });
    const caller = callerOf({ ...ANONYMOUS.subject, authenticated: true });
    await few.ask(MATCH, { data: { pid: PID } }, caller);
    const { errors } = JSON.parse(await few.ask(MATCH, { data: { pid: PID } }, caller));
    assert.equal(errors[0].extensions.code, 'RATE_LIMITED');
    assert.ok(errors[0].extensions.retryAfter > 0);
  });

  test('ends with the request, whose catalog is asked no further', async () => {
    having(DATA_SET);
    const ended = AbortSignal.abort(new Error('gone'));
    await world.ask(MATCH, { data: { pid: PID } }, ANONYMOUS, { ended });
    assert.deepEqual(catalog.asked, []);
  });
});
