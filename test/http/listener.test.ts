// A listener as clients meet it that do not keep to the rules: they ask and do not read, or send what is no request.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createListener, type Listener, type ListenerOptions } from '../../src/http/listener.ts';
import { send } from '../../src/http/respond.ts';

/** More than the buffers of both ends take. */
const LARGE = Buffer.alloc(32_000_000);
const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

const closing: (() => Promise<void>)[] = [];
after(() => Promise.all(closing.map((close) => close())));

async function listening(
  limits: Partial<ListenerOptions['limits']>,
  more: Partial<ListenerOptions> = {},
): Promise<Listener> {
  const listener = await createListener({
    host: '127.0.0.1',
    port: 0,
    limits: {
      connections: 16,
      requestTimeout: 60_000,
      headerBytes: 16_384,
      writeTimeout: 60_000,
      waitingBytes: 1_000_000_000,
      ...limits,
    },
    answer: async (_, response) => send(response, 200, 'application/octet-stream', LARGE),
    ...more,
  });
  closing.push(() => listener.close(0));
  return listener;
}

/** A client that asks and does not read. */
async function asking({ port }: Listener, bytes = GET): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.pause();
  socket.write(bytes);
  return socket;
}

/** All that is answered to these bytes until the connection ends. */
async function answer({ port }: Listener, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
  let text = '';
  socket.setEncoding('latin1').on('data', (data) => {
    text += data;
  });
  socket.on('error', () => {});
  await once(socket, 'close');
  return text;
}

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await sleep(10);
};

describe('an answer that is not read', () => {
  test('is ended, and counted once as slow, when nothing of it was read for a while', async () => {
    const causes: string[] = [];
    const listener = await listening({ writeTimeout: 200 }, { onUnread: (cause) => causes.push(cause) });
    const socket = await asking(listener);
    await until(() => listener.waiting.count === 1);
    await until(() => listener.connections() === 0);
    assert.deepEqual([causes, listener.waiting.count, listener.waiting.bytes], [['slow'], 0, 0]);
    socket.destroy();
  });

  test('waits for a slow reader', async () => {
    const listener = await listening({ writeTimeout: 2_000 });
    const socket = await asking(listener);
    await until(() => listener.waiting.count === 1);
    await sleep(300);
    let bytes = 0;
    socket.on('data', (data) => {
      bytes += data.length;
      if (bytes > LARGE.length) socket.end();
    });
    socket.resume();
    await once(socket, 'close');
    assert.ok(bytes > LARGE.length);
    await until(() => listener.waiting.count === 0);
  });

  test('counts also behind another one of its connection', async () => {
    const causes: string[] = [];
    const listener = await listening(
      { waitingBytes: LARGE.length * 2 },
      { onUnread: (cause) => causes.push(cause) },
    );
    const socket = await asking(listener, GET.repeat(4));
    await until(() => listener.connections() === 0);
    assert.deepEqual([causes, listener.waiting.bytes, listener.waiting.count], [['memory'], 0, 0]);
    socket.destroy();
  });

  test('no longer waits when its client has disconnected, nor do those behind it', async () => {
    const listener = await listening({});
    const socket = await asking(listener, GET.repeat(4));
    await until(() => listener.waiting.count === 4);
    socket.destroy();
    await until(() => listener.connections() === 0);
    await sleep(20);
    assert.deepEqual([listener.waiting.count, listener.waiting.bytes], [0, 0]);
  });

  test('that waited longest is ended when all together have too many bytes', async () => {
    const causes: string[] = [];
    const listener = await listening(
      { waitingBytes: LARGE.length * 2 },
      { onUnread: (cause) => causes.push(cause) },
    );
    const sockets: Socket[] = [];
    for (let count = 1; count <= 4; count++) {
      sockets.push(await asking(listener));
      await until(() => listener.waiting.count + causes.length === count);
    }
    assert.ok(causes.length >= 1 && causes.every((cause) => cause === 'memory'), causes.join());
    assert.ok(listener.waiting.bytes <= LARGE.length * 2);
    for (const socket of sockets) socket.destroy();
  });
});

describe('a connection', () => {
  test('beyond the bound is closed, and a free place is used again', async () => {
    const listener = await listening(
      { connections: 2 },
      { answer: async (_, response) => send(response, 200, 'text/plain', 'ok') },
    );
    const held = [await asking(listener, 'GET'), await asking(listener, 'GET')];
    await until(() => listener.connections() === 2);
    assert.equal(await answer(listener, GET), '');
    held[0]?.destroy();
    await until(() => listener.connections() === 1);
    assert.match(await answer(listener, GET.replace('Host', 'Connection: close\r\nHost')), /^HTTP\/1.1 200 /);
    held[1]?.destroy();
  });

  test('has a few requests at a time, and what is pipelined beyond them is refused', async () => {
    const held: (() => void)[] = [];
    const listener = await listening(
      {},
      {
        answer: (_, response) =>
          new Promise((done) => {
            held.push(() => {
              send(response, 200, 'text/plain', 'ok');
              done();
            });
          }),
      },
    );
    const text = answer(listener, GET.repeat(1_000));
    await until(() => held.length >= 8);
    await sleep(50);
    assert.equal(held.length, 8);
    for (const release of held) release();
    assert.match(await text, /HTTP\/1.1 400 Bad Request.*LIMIT_EXCEEDED/s);
  });
});

describe('an unreadable request', () => {
  const cases: readonly (readonly [name: string, bytes: string, status: number, code: string])[] = [
    ['no HTTP at all', 'hello\r\n\r\n', 400, 'BAD_REQUEST'],
    [
      'headers beyond the bound',
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'LIMIT_EXCEEDED',
    ],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
      'BAD_REQUEST',
    ],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
      'BAD_REQUEST',
    ],
    ['no Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'BAD_REQUEST'],
    ['two Hosts', 'GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n', 400, 'BAD_REQUEST'],
    ['a Host that is none', 'GET / HTTP/1.1\r\nHost: [\r\n\r\n', 400, 'BAD_REQUEST'],
  ];
  for (const [name, bytes, status, code] of cases) {
    test(`${name} is ${status} with a code, without a stack, and ends the connection`, async () => {
      const text = await answer(await listening({}), bytes);
      assert.match(text, new RegExp(`^HTTP/1.1 ${status} `));
      assert.equal(JSON.parse(text.split('\r\n\r\n')[1] ?? '').errors[0].extensions.code, code);
      assert.match(text, /no-store/i);
      assert.doesNotMatch(text, /node:|\.js/);
    });
  }
});

test('each request of a connection ends once when its client leaves, also those behind another', async () => {
  const ended: string[] = [];
  let begun = 0;
  const listener = await listening(
    {},
    {
      answer: async (_, response, url) => {
        begun += 1;
        response.on('close', () => ended.push(url.pathname));
      },
    },
  );
  const socket = await asking(listener, ['/a', '/b', '/c'].map((path) => GET.replace('/', path)).join(''));
  await until(() => begun === 3);
  socket.destroy();
  await until(() => listener.connections() === 0);
  await sleep(20);
  assert.deepEqual(ended.toSorted(), ['/a', '/b', '/c']);
});
