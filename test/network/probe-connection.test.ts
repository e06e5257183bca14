import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, describe, test } from 'node:test';
import { SYSTEM_CLOCK } from '../../src/model/clock.ts';
import { authoritiesOf } from '../../src/network/connection.ts';
import { probeConnection } from '../../src/network/probe-connection.ts';
import { TEST_AUTHORITY } from '../support/certificates.ts';
import { startHttpServer } from '../support/http-server.ts';
import { startHttpsServer } from '../support/https-server.ts';

const closing: (() => Promise<void>)[] = [];
after(() => Promise.all(closing.map((close) => close())));

const options = { authorities: null, timeout: 5_000, clock: SYSTEM_CLOCK };
const probed = (url: string, changes: Partial<Parameters<typeof probeConnection>[1]> = {}) =>
  probeConnection(new URL(url), { ...options, ...changes });

describe('a connection that is probed', () => {
  test('sends nothing, and has addresses and no TLS by plain http', async () => {
    let asked = 0;
    const server = await startHttpServer(() => {
      asked += 1;
    });
    closing.push(server.close);
    const { addresses, lookupCode, connected, tls } = await probed(server.origin);
    assert.deepEqual([addresses, lookupCode, connected?.code, tls], [['127.0.0.1'], null, null, null]);
    assert.equal(asked, 0);
  });

  test('shows the certificate, also where it is not accepted', async () => {
    const server = await startHttpsServer(() => undefined);
    closing.push(server.close);
    const { tls } = await probed(server.origin);
    assert.equal(tls?.code, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    assert.equal(tls?.certificate?.issuer, 'panfed test authority');
    assert.ok((tls?.certificate?.validTo ?? 0) > Date.parse('2100-01-01'));
    const known = await probed(server.origin, { authorities: authoritiesOf(TEST_AUTHORITY) });
    assert.deepEqual([known.tls?.code, known.tls?.protocol], [null, 'TLSv1.3']);
    const named = `https://localhost:${server.port}`;
    assert.equal((await probed(named, { authorities: authoritiesOf(TEST_AUTHORITY) })).tls?.code, null);
  });

  test('reports a port on which nobody listens, and one that speaks no TLS', async () => {
    const server = await startHttpServer(() => undefined);
    const { port } = new URL(server.origin);
    assert.ok((await probed(`https://127.0.0.1:${port}`)).tls?.code);
    await server.close();
    assert.equal((await probed(server.origin)).connected?.code, 'ECONNREFUSED');
  });

  test('reports a name that does not resolve', async () => {
    const { lookupCode, connected } = await probed('https://registry.invalid');
    assert.match(lookupCode ?? '', /^(?:ENOTFOUND|EAI_AGAIN|ETIMEDOUT)$/);
    assert.equal(connected, null);
  });

  test('gives up on a server that never shakes hands', async () => {
    // It reads, else it would not see that the connection ends.
    const silent = createServer((socket) => void socket.on('error', () => undefined).resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => void silent.close(() => resolve())));
    const { port } = silent.address() as { port: number };
    const { connected, tls } = await probed(`https://127.0.0.1:${port}`, { timeout: 100 });
    assert.deepEqual([connected?.code, tls?.code], [null, 'ETIMEDOUT']);
  });
});
