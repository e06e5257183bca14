// Which catalog a PID leads to, as whom it is asked, and what becomes of catalogs that fail or mean harm.
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { BearerToken } from '../../src/data-catalogs/bearer-token.ts';
import { createDataCatalogs, type LookedUp } from '../../src/data-catalogs/data-catalogs.ts';
import { SYSTEM_CLOCK } from '../../src/model/clock.ts';
import { FederationError } from '../../src/model/errors.ts';
import { inert } from '../../src/model/inert.ts';
import { type RecordingServer, startRecordingServer } from '../support/data-catalogs/recording-server.ts';
import { startScicatServer } from '../support/data-catalogs/scicat-server.ts';
import { catalogsOf, httpClient, SOMEONE, vocabulary } from './asking.ts';

const PID = '10.5072/a';
const TOKEN = BearerToken.read('Bearer of-the-caller', 100);
const DATA_SET = {
  ...{ pid: PID, size: 1, dataFormat: 'HDF5', sourceFolder: '/data' },
  techniques: [{ pid: 'PaNET01188', name: 'SAXS' }],
};

describe('data catalogs', () => {
  const client = httpClient();
  const using = async <T>(
    server: RecordingServer,
    use: (server: RecordingServer) => Promise<T>,
  ): Promise<T> => {
    try {
      return await use(server);
    } finally {
      await server.close();
    }
  };

  test('are chosen by the longest prefix of the PID', async () => {
    await using(await startScicatServer([]), async ({ origin }) => {
      const url = `${origin}/api/v3`;
      const catalogs = await catalogsOf(client, {
        esrf: { kind: 'scicat', url, pidPrefixes: ['10.5072'] },
        psi: { kind: 'scicat', url, pidPrefixes: ['10.5072/psi.', '10.16907'] },
      });
      for (const [pid, facility] of [
        ['10.5072/psi.1', 'psi'],
        ['10.5072/PSI.1', 'psi'],
        ['10.5072/other', 'esrf'],
        ['10.16907/x', 'psi'],
      ] as const) {
        assert.equal((await catalogs.lookUp(pid, SOMEONE)).outcome.facility, facility);
      }
      await assert.rejects(catalogs.lookUp('10.50722/a', SOMEONE), { code: 'BAD_CHOICE', at: 'data.pid' });
    });
  });

  test('are sent the caller’s token, at the origin of the one that the PID leads to alone', async () => {
    await using(await startScicatServer([DATA_SET]), async (one) => {
      await using(await startScicatServer([]), async (other) => {
        const catalogs = await catalogsOf(client, {
          esrf: { kind: 'scicat', url: `${one.origin}/api/v3` },
          psi: { kind: 'scicat', url: `${other.origin}/api/v3`, pidPrefixes: ['10.16907'] },
        });
        await catalogs.lookUp(PID, { ...SOMEONE, token: TOKEN });
        assert.deepEqual(
          one.asked.map(({ headers }) => headers.authorization),
          ['Bearer of-the-caller'],
        );
        assert.deepEqual(other.asked, []);
      });
    });
  });

  test('of which a request asks several are sent its token no more than one, whose it is', async () => {
    await using(await startScicatServer([DATA_SET]), async (one) => {
      await using(await startScicatServer([]), async (other) => {
        const catalogs = await catalogsOf(client, {
          esrf: { kind: 'scicat', url: `${one.origin}/api/v3` },
          psi: { kind: 'scicat', url: `${other.origin}/api/v3`, pidPrefixes: ['10.16907'] },
        });
        const asker = { ...SOMEONE, token: BearerToken.read('Bearer of-the-caller', 100) };
        await catalogs.lookUp(PID, asker);
        await assert.rejects(catalogs.lookUp('10.16907/x', asker), { code: 'BAD_REQUEST', at: 'data.pid' });
        await catalogs.lookUp(PID, asker);
        assert.deepEqual([one.asked.length, other.asked.length], [2, 0]);
      });
    });
  });

  test('are asked without a credential where the caller gives none', async () => {
    await using(await startScicatServer([DATA_SET]), async ({ origin, asked }) => {
      await (await catalogsOf(client, { esrf: { kind: 'scicat', url: `${origin}/api/v3` } })).lookUp(
        PID,
        SOMEONE,
      );
      assert.equal(asked[0]?.headers.authorization, undefined);
      assert.equal(asked[0]?.headers.cookie, undefined);
    });
  });

  test('are asked each time: what one caller is told is kept for nobody', async () => {
    await using(await startScicatServer([DATA_SET]), async ({ origin, asked }) => {
      const catalogs = await catalogsOf(client, { esrf: { kind: 'scicat', url: `${origin}/api/v3` } });
      const both = await Promise.all([
        catalogs.lookUp(PID, SOMEONE),
        catalogs.lookUp(PID, {
          ...SOMEONE,
          principal: 'another',
          token: BearerToken.read('Bearer another', 100),
        }),
      ]);
      assert.equal(asked.length, 2);
      assert.deepEqual(both[0].dataSet, both[1].dataSet);
    });
  });

  test('are asked for so many data sets in a minute, for each caller', async () => {
    await using(await startScicatServer([DATA_SET]), async ({ origin, asked }) => {
      const catalogs = await catalogsOf(client, { esrf: { kind: 'scicat', url: `${origin}/api/v3` } }, 2);
      await catalogs.lookUp(PID, SOMEONE);
      await catalogs.lookUp(PID, SOMEONE);
      await assert.rejects(catalogs.lookUp(PID, SOMEONE), (error: FederationError) => {
        const { retryAfter } = error.extensions as { readonly retryAfter: number };
        assert.equal(error.code, 'RATE_LIMITED');
        assert.ok(Number.isInteger(retryAfter) && retryAfter >= 1 && retryAfter <= 60, String(retryAfter));
        return true;
      });
      await catalogs.lookUp(PID, { ...SOMEONE, principal: 'another' });
      assert.equal(asked.length, 3);
    });
  });

  const answered = async (
    answer: (response: ServerResponse) => void,
    { timeout = 20_000, kind = 'scicat' as 'scicat' | 'panosc' } = {},
  ): Promise<LookedUp & { readonly asked: number }> =>
    using(await startRecordingServer((_, response) => answer(response)), async ({ origin, asked }) => {
      const catalogs = await catalogsOf(client, { esrf: { kind, url: `${origin}/api`, timeout } });
      return { ...(await catalogs.lookUp(PID, SOMEONE)), asked: asked.length };
    });
  const json =
    (body: unknown, status = 200) =>
    (response: ServerResponse) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    };

  for (const [name, answer, code] of [
    ['is larger than 256 KiB', json({ ...DATA_SET, more: 'x'.repeat(262_144) }), 'SOURCE_TOO_LARGE'],
    ['is nested a thousand levels', json(`${'['.repeat(1_000)}${']'.repeat(1_000)}`), 'SOURCE_MALFORMED'],
    ['has a key twice', json('{"pid":"10.5072/a","pid":"10.5072/b"}'), 'SOURCE_MALFORMED'],
    ['is HTML', json('<!doctype html>'), 'SOURCE_MALFORMED'],
    ['is a list', json([DATA_SET]), 'SOURCE_MALFORMED'],
    ['is a text', json('"10.5072/a"'), 'SOURCE_MALFORMED'],
    ['has a text for techniques', json({ ...DATA_SET, techniques: 'SAXS' }), 'SOURCE_MALFORMED'],
    ['has numbers for techniques', json({ ...DATA_SET, techniques: [1] }), 'SOURCE_MALFORMED'],
    [
      'has 10,000 techniques',
      json({ ...DATA_SET, techniques: Array(10_000).fill({ pid: 'x' }) }),
      'SOURCE_MALFORMED',
    ],
    ['has a text for its size', json({ ...DATA_SET, size: '1' }), 'SOURCE_MALFORMED'],
    ['has a size below 0', json({ ...DATA_SET, size: -1 }), 'SOURCE_MALFORMED'],
    ['has a size beyond all numbers', json('{"pid":"10.5072/a","size":1e400}'), 'SOURCE_MALFORMED'],
    [
      'has a folder of 5,000 characters',
      json({ ...DATA_SET, sourceFolder: 'x'.repeat(5_000) }),
      'SOURCE_MALFORMED',
    ],
    ['is about another data set', json({ ...DATA_SET, pid: '10.5072/b' }), 'SOURCE_MALFORMED'],
    ['is a failure of the server', json({}, 500), 'SOURCE_HTTP_STATUS'],
    [
      'is compressed, which was not asked for',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
        response.end(gzipSync(JSON.stringify(DATA_SET)));
      },
      'SOURCE_MALFORMED',
    ],
    ['breaks off', (response: ServerResponse) => void response.destroy(), 'SOURCE_UNAVAILABLE'],
  ] as const) {
    test(`whose answer ${name} are ERROR ${code}`, async () => {
      const { dataSet, outcome, notices } = await answered(answer);
      assert.deepEqual([dataSet, outcome.status, outcome.error?.code], [null, 'ERROR', code]);
      assert.deepEqual(
        notices.map((notice) => notice.code),
        ['DATA_CATALOG_UNAVAILABLE'],
      );
    });
  }

  for (const [name, answer] of [
    ['do not answer', () => {}],
    [
      'never finish',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const drip = setInterval(() => response.write(' '), 50);
        response.on('close', () => clearInterval(drip));
      },
    ],
  ] as const) {
    test(`that ${name} are TIMEOUT after their own time`, async () => {
      const started = performance.now();
      const { outcome } = await answered(answer, { timeout: 300 });
      assert.equal(outcome.status, 'TIMEOUT');
      assert.ok(performance.now() - started < 5_000);
    });
  }

  test('that redirect are ERROR, and where they redirect to is asked for nothing', async () => {
    await using(await startScicatServer([DATA_SET]), async (elsewhere) => {
      const { outcome } = await answered((response) => {
        response.writeHead(302, { location: `${elsewhere.origin}/api/v3/datasets/10.5072%2Fa` });
        response.end();
      });
      assert.equal(outcome.error?.code, 'SOURCE_REDIRECTED');
      assert.deepEqual(elsewhere.asked, []);
    });
  });

  test('that cannot be reached are ERROR', async () => {
    const catalogs = await catalogsOf(client, { esrf: { kind: 'scicat', url: 'http://127.0.0.1:1/api' } });
    assert.equal((await catalogs.lookUp(PID, SOMEONE)).outcome.error?.code, 'SOURCE_UNAVAILABLE');
  });

  test('have texts that are made inert', async () => {
    const hostile = 'x\u001b[2J\u202ey\u0000';
    const { dataSet, notices } = await answered(
      json({
        ...DATA_SET,
        sourceFolder: hostile,
        dataFormat: hostile,
        proposalId: hostile,
        techniques: [{ pid: hostile, name: hostile }],
      }),
    );
    const texts = [...(dataSet?.documents ?? []), ...notices.flatMap((one) => one.suggestions)];
    assert.equal(texts.length, 3);
    assert.equal(dataSet?.path, null);
    for (const text of texts) assert.equal(inert(text ?? '\0'), text);
  });

  for (const [name, answer] of [
    ['withholds (401)', json({ message: 'secret text' }, 401)],
    ['withholds (403)', json({ message: 'secret text' }, 403)],
    ['does not have (404)', json({}, 404)],
    ['answers nothing about', json('')],
    ['answers null about', json('null')],
  ] as const) {
    test(`are asked the same, and answer the same, about what one ${name}`, async () => {
      for (const kind of ['scicat', 'panosc'] as const) {
        const found = await answered(answer, { kind });
        assert.deepEqual(found, await answered(json({}, 404), { kind }));
        assert.equal(found.outcome.status, 'NOT_FOUND');
      }
    });
  }

  test('are given up with the caller, whose reason is passed on', async () => {
    const reason = new FederationError('REQUEST_TIMEOUT', 'gone');
    const ending = new AbortController();
    let closed = false;
    const server = await startRecordingServer((_, response) => {
      response.on('close', () => {
        closed = true;
      });
      ending.abort(reason);
    });
    await using(server, async ({ origin }) => {
      const catalogs = await catalogsOf(client, { esrf: { kind: 'scicat', url: `${origin}/api` } });
      await assert.rejects(catalogs.lookUp(PID, { ...SOMEONE, signal: ending.signal }), reason);
      while (!closed) await new Promise((resolve) => setTimeout(resolve, 10));
    });
  });

  test('of which there are none know no PID', async () => {
    const none = await createDataCatalogs({
      secret: async () => '',
      ...{ facilities: [], httpClient: client, vocabulary, limits: { dataLookups: 1 }, clock: SYSTEM_CLOCK },
    });
    await assert.rejects(none.lookUp(PID, SOMEONE), { code: 'BAD_CHOICE' });
  });
});

describe('a token for a data catalog', () => {
  test('is in no inspection and no JSON', () => {
    for (const text of [
      inspect(TOKEN, { depth: 9, showHidden: true }),
      JSON.stringify({ TOKEN }),
      String(TOKEN),
    ]) {
      assert.ok(!text.includes('of-the-caller'), text);
    }
  });

  for (const header of [
    '',
    'Bearer',
    'Bearer ',
    'Basic YTpi',
    'a',
    'Bearer a b',
    'Bearer a, Bearer b',
    `Bearer ${'x'.repeat(200)}`,
  ]) {
    test(`is none in ${JSON.stringify(header.slice(0, 30))}, and is not repeated`, () => {
      assert.throws(
        () => BearerToken.read(header, 100),
        (error: FederationError) => {
          assert.equal(error.code, 'BAD_REQUEST');
          assert.ok(!`${error.message} ${error.hint}`.includes('xxx'));
          return true;
        },
      );
    });
  }

  test('is read in any case of the scheme', () => {
    assert.equal(
      BearerToken.read(' bearer  a.b-c ', 100)
        .for('https://a.example/x')
        .authorization(new URL('https://a.example/')),
      'Bearer a.b-c',
    );
  });
});
