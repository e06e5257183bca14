import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { pino } from 'pino';
import { request } from 'undici';
import { jsonAnswer } from '../../../src/registry-server/oci/answer.ts';
import { type OciServer, startOciServer } from '../../../src/registry-server/oci/server.ts';

let server: OciServer;
before(async () => {
  server = await startOciServer(
    ({ path, query, origin }) => jsonAnswer({ path, n: query.get('n'), origin }, { 'x-own': 'yes' }, 203),
    pino({ level: 'silent' }),
  );
});
after(() => server.close());

test('a GET is answered with status, headers and body, and told the address that was asked', async () => {
  const { statusCode, headers, body } = await request(`${server.url}/v2/_catalog?n=5`);
  assert.deepEqual(
    [statusCode, headers['x-own'], await body.json()],
    [203, 'yes', { path: '/v2/_catalog', n: '5', origin: server.url }],
  );
});

test('a HEAD is answered without the body, and with its length', async () => {
  const { statusCode, headers, body } = await request(`${server.url}/v2/`, { method: 'HEAD' });
  assert.deepEqual([statusCode, await body.text()], [203, '']);
  assert.ok(Number(headers['content-length']) > 10);
});

test('nothing is written, and no page of another name reads it', async () => {
  const put = await request(`${server.url}/v2/x/manifests/1`, { method: 'PUT', body: '{}' });
  assert.deepEqual([put.statusCode, put.headers.allow], [405, 'GET, HEAD']);
  await put.body.dump();
  const rebound = await request(`${server.url}/v2/`, { headers: { host: 'evil.example' } });
  assert.ok(rebound.statusCode >= 400);
  await rebound.body.dump();
});
