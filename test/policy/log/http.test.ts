// The decision log at a real service that takes OPA's: what it is sent, while it is up, down, and up again.

import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import pino from 'pino';
import { createHttpClient } from '../../../src/network/create-http-client.ts';
import { Credential } from '../../../src/network/credential.ts';
import { httpSink } from '../../../src/policy/log/http.ts';
import { EntryQueue } from '../../../src/policy/log/queue.ts';
import { batchOf, countingLog, until } from '../../support/decision-log.ts';
import { startHttpServer } from '../../support/http-server.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A service that answers as `answer` says, and keeps what it took. */
async function service(answer: (entries: readonly object[]) => number = () => 200) {
  const taken: object[][] = [];
  const state = { requests: 0, answer };
  const server = await startHttpServer(async (request, response) => {
    state.requests += 1;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    assert.equal(request.headers['content-encoding'], 'gzip');
    assert.equal(request.headers.authorization, 'Bearer s3cret');
    const entries = JSON.parse(gunzipSync(Buffer.concat(chunks)).toString()) as object[];
    const status = state.answer(entries);
    if (status === 200) taken.push(entries);
    response.writeHead(status).end();
  });
  closing.push(server.close);
  return { url: `${server.origin}/logs`, taken, state };
}

function queueTo(url: string, { queueBytes = 100_000, closeWithin = 60_000 } = {}) {
  const httpClient = createHttpClient({ breaker: { threshold: 1_000, coolDown: 1 } });
  const sink = httpSink({ httpClient, url, credential: Credential.for(url, 's3cret') });
  const counted = countingLog();
  const queue = new EntryQueue({
    ...{ sink, counters: counted.counters, logger: pino({ level: 'silent' }), queueBytes },
    ...{ batchBytes: 50_000, delay: 0, retryAfter: 5, closeWithin },
  });
  closing.push(() => queue.close().then(() => httpClient.close()));
  return { queue, ...counted };
}

const entry = (number: number) => JSON.stringify({ number });
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => ({ number: from + index }));

describe('the decision log over HTTP', () => {
  test('sends arrays of entries, each once, with its token', async () => {
    const { url, taken, state } = await service();
    const { queue, written } = queueTo(url);
    queue.add(batchOf(...Array.from({ length: 50 }, (_, index) => entry(index))));
    await queue.close();
    assert.deepEqual(taken.flat(), numbers(0, 50));
    assert.equal(state.requests, 1);
    assert.equal(written.entries, 50);
  });

  test('keeps what the service does not take, and sends it when it is back', async () => {
    const { url, taken, state } = await service(() => 503);
    const { queue, written, dropped } = queueTo(url);
    queue.add(batchOf(entry(0)));
    await until(() => state.requests >= 3);
    queue.add(batchOf(entry(1), entry(2)));
    state.answer = () => 200;
    // The service has them a moment before its answer is here.
    await until(() => written.entries === 3);
    assert.deepEqual(taken.flat(), numbers(0, 3));
    assert.equal(dropped.size, 0);
  });

  test('keeps no more than it may while nobody listens', async () => {
    const { queue, dropped, written } = queueTo('http://127.0.0.1:1/logs', {
      queueBytes: 1_000,
      closeWithin: 500,
    });
    for (let index = 0; index < 1_000; index++) queue.add(batchOf(entry(index)));
    assert.ok((dropped.get('full') ?? 0) > 800);
    await queue.close();
    assert.equal(written.entries, 0);
    assert.equal((dropped.get('full') ?? 0) + (dropped.get('closing') ?? 0), 1_000);
  });

  test('sends the halves of what is too large, and drops a single entry that is', async () => {
    const { url, taken } = await service((entries) =>
      entries.length > 3 || entries.some((each) => 'large' in each) ? 413 : 200,
    );
    const { queue, written, dropped } = queueTo(url);
    queue.add(batchOf(...Array.from({ length: 10 }, (_, index) => entry(index)), '{"large":true}'));
    await queue.close();
    assert.deepEqual(taken.flat(), numbers(0, 10));
    assert.deepEqual([written.entries, dropped.get('refused')], [10, 1]);
  });

  test('does not stay with entries that the service calls wrong', async () => {
    const { url, taken } = await service((entries) =>
      JSON.stringify(entries).includes('wrong') ? 400 : 200,
    );
    const { queue, dropped } = queueTo(url);
    queue.add(batchOf('"wrong"'));
    await until(() => dropped.get('refused') === 1);
    queue.add(batchOf(entry(0)));
    await until(() => taken.length === 1);
    assert.deepEqual(taken, [numbers(0, 1)]);
  });
});
