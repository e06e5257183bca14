import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type LookupFunction } from 'node:net';
import { describe, test } from 'node:test';
import { ADDRESS_REFUSED, connectionOptions, refusedHost } from '../../src/network/connection.ts';
import { startHttpServer } from '../support/http-server.ts';

const PUBLIC_ONLY = { privateAddresses: false, authorities: null };

/** Gives one answer after the other, and records that it was asked. */
function names(...answers: readonly (readonly string[])[]): { asked: number; lookup: LookupFunction } {
  const world = {
    asked: 0,
    lookup: ((_hostname, _options, callback) => {
      const addresses = answers[Math.min(world.asked, answers.length - 1)] ?? [];
      world.asked += 1;
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    }) as LookupFunction,
  };
  return world;
}

/** What the options' lookup gives. */
const resolved = (lookup: LookupFunction | undefined, all = true): Promise<unknown> =>
  new Promise((resolve, reject) => {
    lookup?.('name.test', { all }, (error, address, family) => {
      if (error === null) resolve(family === undefined ? address : [address, family]);
      else reject(error);
    });
  });

describe('the addresses of a host that is not configured', () => {
  test('are its public ones alone', async () => {
    const { lookup } = names(['127.0.0.1', '8.8.8.8', '::1', '2600::1', '10.0.0.1']);
    const options = connectionOptions(PUBLIC_ONLY, lookup);
    assert.deepEqual(await resolved(options.lookup), [
      { address: '8.8.8.8', family: 4 },
      { address: '2600::1', family: 6 },
    ]);
    assert.deepEqual(await resolved(options.lookup, false), ['8.8.8.8', 4]);
  });

  test('are none where all are private', async () => {
    const { lookup } = names(['127.0.0.1', 'fd00::1']);
    await assert.rejects(resolved(connectionOptions(PUBLIC_ONLY, lookup).lookup), { code: ADDRESS_REFUSED });
  });

  test('are judged at each connection: a name that was public and is private now is not connected to', async (context) => {
    let connections = 0;
    const { origin, close } = await startHttpServer((_request, response) => response.end());
    context.after(close);
    const port = Number(new URL(origin).port);
    const rebinding = names(['8.8.8.8'], ['127.0.0.1']);
    const { lookup } = connectionOptions(PUBLIC_ONLY, rebinding.lookup);
    await resolved(lookup);
    const socket = connect({ host: 'rebinding.test', port, ...(lookup === undefined ? {} : { lookup }) });
    socket.on('connect', () => {
      connections += 1;
    });
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    assert.equal(error.code, ADDRESS_REFUSED);
    assert.deepEqual([connections, rebinding.asked], [0, 2]);
  });

  test('include what is written in the address itself, which is never looked up', () => {
    for (const host of ['127.0.0.1', '[::1]', '10.1.2.3', '[::ffff:a00:1]', '[fd00::1]']) {
      assert.notEqual(refusedHost(host, PUBLIC_ONLY), null, host);
      assert.equal(refusedHost(host, { privateAddresses: true, authorities: null }), null, host);
    }
    for (const host of ['8.8.8.8', '[2600::1]', 'name.test'])
      assert.equal(refusedHost(host, PUBLIC_ONLY), null, host);
  });
});

describe('the addresses of a configured host', () => {
  test('are all that it has', async () => {
    const { lookup } = names(['127.0.0.1', '8.8.8.8']);
    const options = connectionOptions({ privateAddresses: true, authorities: null }, lookup);
    assert.equal(options.lookup, lookup);
  });
});
