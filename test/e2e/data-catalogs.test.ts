// A gateway whose lab has a data catalog: which token goes where, from the request's headers to the catalog.
import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import { pino } from 'pino';
import { type BadRegistry, startBadRegistry } from '../support/bad-registry.ts';
import type { RecordingServer } from '../support/data-catalogs/recording-server.ts';
import { startScicatServer } from '../support/data-catalogs/scicat-server.ts';
import { answered, bearer, configOf, type RunningGateway, startGateway } from '../support/gateway.ts';

const PID = '10.5072/a';
const TOKEN = 'issued-by-the-catalog';
const QUERY = `{ match(data: { pid: "${PID}" }) { dataSet { pid path } dataCatalog { status } notices { message } } }`;

describe('a gateway with a data catalog', () => {
  let registry: BadRegistry;
  let catalog: RecordingServer;
  let gateway: RunningGateway;
  let log = '';
  before(async () => {
    registry = await startBadRegistry('none');
    catalog = await startScicatServer([{ pid: PID, sourceFolder: '/data/a', withheldWithout: TOKEN }]);
    const logged = new Writable({
      write(chunk, _, done) {
        log += String(chunk);
        done();
      },
    });
    gateway = await startGateway(
      configOf({
        telemetry: { accessLog: true, logLevel: 'trace' },
        facilities: [
          {
            ...{ id: 'esrf', name: 'ESRF' },
            registries: [{ key: 'main', kind: 'graphql', url: registry.url, pull: 'registry.esrf.example' }],
            dataCatalogs: [{ kind: 'scicat', url: `${catalog.origin}/api/v3`, pidPrefixes: ['10.5072'] }],
          },
        ],
      }),
      { logger: pino({ level: 'trace' }, logged) },
    );
  });
  after(async () => {
    await gateway?.close();
    await catalog?.close();
    await registry?.close();
  });

  const ask = async (headers: Record<string, string>) =>
    answered<{ match: { dataSet: { path: string } | null; dataCatalog: { status: string } } }>(
      await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query: QUERY }),
      }),
    );

  test('sends the catalog the token that is for it, and never its own', async () => {
    const own = await gateway.token('visitor');
    catalog.asked.length = 0;
    const without = await ask(bearer(own));
    assert.equal(without.data.match.dataCatalog.status, 'NOT_FOUND');
    for (const { headers } of catalog.asked) assert.equal(headers.authorization, undefined);
    const withIt = await ask({ ...bearer(own), 'x-data-catalog-authorization': `Bearer ${TOKEN}` });
    assert.equal(withIt.data.match.dataSet?.path, '/data/a');
    assert.equal(catalog.asked.at(-1)?.headers.authorization, `Bearer ${TOKEN}`);
    for (const { headers } of catalog.asked) assert.ok(!JSON.stringify(headers).includes(own));
    for (const { text } of [without, withIt]) assert.ok(!text.includes(TOKEN));
  });

  test('refuses in that header a token that it accepts itself, whoever gives it, and asks the catalog for nothing', async () => {
    const own = `Bearer ${await gateway.token('visitor')}`;
    catalog.asked.length = 0;
    for (const headers of [{}, { authorization: own }, bearer(await gateway.token('admin'))]) {
      const { status, errors, text } = await ask({ ...headers, 'x-data-catalog-authorization': own });
      assert.deepEqual([status, errors[0]?.extensions.code], [400, 'BAD_REQUEST']);
      assert.ok(!text.includes(own.slice(7)));
    }
    assert.deepEqual(catalog.asked, []);
  });

  test('keeps nothing of a token for the next request', async () => {
    await ask({ 'x-data-catalog-authorization': `Bearer ${TOKEN}` });
    assert.equal((await ask({})).data.match.dataSet, null);
  });

  test('refuses a header that is no token, and repeats it neither in the answer nor in the log', async () => {
    for (const value of [`Basic ${TOKEN}`, `Bearer ${TOKEN} ${TOKEN}`, 'Bearer']) {
      const { status, errors, text } = await ask({ 'x-data-catalog-authorization': value });
      assert.deepEqual([status, errors[0]?.extensions.code], [400, 'BAD_REQUEST']);
      assert.ok(!text.includes(TOKEN));
    }
  });

  test('logs neither tokens nor PIDs', async () => {
    await ask({ 'x-data-catalog-authorization': `Bearer ${TOKEN}` });
    assert.match(log, /graphql/);
    assert.ok(!log.includes(TOKEN));
    assert.ok(!log.includes(PID));
  });
});
