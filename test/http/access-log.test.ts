import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { pino } from 'pino';
import { configOf, type RunningGateway, startGateway } from '../support/gateway.ts';
import { startRegistry, type TestRegistry, testNode } from '../support/registry.ts';

let registry: TestRegistry;
let gateway: RunningGateway;
const written: string[] = [];

before(async () => {
  registry = await startRegistry('esrf', [testNode('em/relion', { sharing: 'open', license: 'MIT' })]);
  const facilities = [
    {
      id: 'esrf',
      name: 'ESRF',
      registries: [
        { key: 'main', kind: 'graphql' as const, url: registry.url, pull: 'registry.esrf.example' },
      ],
    },
  ];
  const logger = pino({ level: 'error' }, { write: (line) => void written.push(line) });
  gateway = await startGateway(configOf({ facilities, telemetry: { accessLog: true } }), { logger });
});
after(async () => {
  await gateway?.close();
  await registry?.close();
});

/** The lines of one piece of work, once there are as many as were asked for. */
async function lines(count: number, work: () => Promise<unknown>): Promise<Record<string, unknown>[]> {
  written.length = 0;
  await work();
  while (written.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
  return written.map((line) => JSON.parse(line));
}

/** All that is answered to these bytes until the connection ends. */
async function sent(bytes: string): Promise<string> {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1', () => socket.write(bytes));
  let text = '';
  socket.setEncoding('utf8').on('data', (data: string) => {
    text += data;
  });
  socket.on('error', () => {});
  await once(socket, 'close');
  return text;
}

describe('the access log', () => {
  test('has one line per request, whatever the log level', async () => {
    const [line] = await lines(1, () => gateway.ask('{ images { totalCount } }'));
    const { time, level, pid, hostname, milliseconds, bytes, ...entry } = line ?? {};
    assert.deepEqual(entry, {
      method: 'POST',
      route: '/graphql',
      status: 200,
      caller: 'anonymous',
      msg: 'request',
    });
    assert.ok(Number(milliseconds) >= 0 && Number(bytes) > 100, JSON.stringify(line));
  });

  test('says whether the caller has signed in, and neither who it is nor what was asked', async () => {
    const token = await gateway.token('industry');
    const [good] = await lines(1, () => gateway.ask('query Private { viewer { name } }', {}, token));
    assert.equal(good?.caller, 'authenticated');
    const [refused] = await lines(1, () => gateway.ask('{ viewer { name } }', {}, 'x.y.z'));
    assert.deepEqual([refused?.status, refused?.caller], [401, null]);
    const [other] = await lines(1, () => fetch(`${gateway.url}/secret-path?q=private`));
    assert.deepEqual([other?.route, other?.status], ['other', 404]);
    for (const line of [good, refused, other]) {
      assert.doesNotMatch(JSON.stringify(line), /private|secret|industry|x\.y\.z|eyJ/i);
    }
  });

  test('counts the bytes of each of several answers that wait for each other', async () => {
    const get = (path: string, end = '') => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${end}\r\n`;
    const two = await lines(2, () => sent(get('/schema.graphql') + get('/healthz', 'Connection: close\r\n')));
    const bytes = (route: string) => Number(two.find((line) => line.route === route)?.bytes);
    assert.ok(bytes('/schema.graphql') > 10_000, JSON.stringify(two));
    assert.ok(bytes('/healthz') > 0 && bytes('/healthz') < 2_000, JSON.stringify(two));
  });

  test('has requests that were refused by their head, and nothing of their content', async () => {
    const cases: [bytes: string, method: string | null, status: number][] = [
      ['BREW /coffee HTTP/1.1\r\nHost: x\r\n\r\n', null, 400],
      [`GET / HTTP/1.1\r\nHost: x\r\nSecret: ${'secret'.repeat(9_999)}\r\n\r\n`, null, 431],
      ['GET /secret HTTP/1.1\r\n\r\n', 'GET', 400],
      ['GET secret HTTP/1.1\r\nHost: x\r\n\r\n', null, 400],
      ['POST /./secret HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n', 'POST', 404],
    ];
    for (const [bytes, method, status] of cases) {
      let answered = '';
      const [line] = await lines(1, async () => {
        answered = await sent(bytes);
      });
      assert.deepEqual(
        [line?.method, line?.route, line?.status, line?.caller],
        [method, 'other', status, null],
      );
      assert.equal(line?.bytes, Buffer.byteLength(answered), bytes.slice(0, 40));
      assert.doesNotMatch(JSON.stringify(line), /secret|coffee|BREW/);
    }
  });

  test('counts the bytes of each answer of one connection', async () => {
    const two = await lines(2, async () => {
      const headers = { 'accept-encoding': 'identity' };
      await (await fetch(`${gateway.url}/schema.graphql`, { headers })).text();
      await (await fetch(`${gateway.url}/healthz`)).text();
    });
    const [schema = 0, health = 0] = two.map(({ bytes }) => Number(bytes));
    assert.ok(schema > 2_000 && health > 0 && health < 2_000, JSON.stringify(two));
  });
});
