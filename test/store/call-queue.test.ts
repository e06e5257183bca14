// What becomes of calls that wait for a store which is slow, hangs, or ends.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createCallQueue, ENDING_MS, MAX_WAITING } from '../../src/store/call-queue.ts';
import type { StoreCall, StoreReply } from '../../src/store/worker.ts';
import { fakeClock } from '../support/clock.ts';

const callOf = (method: string): StoreCall => ({ part: null, method, args: [] });
const DONE: StoreReply = { value: 'done', serial: 1, invalid: [] };

/** A store that does a call when it is told to, by its method. */
function slowStore() {
  const clock = fakeClock();
  const sent: string[] = [];
  const underWay = new Map<string, (reply: StoreReply) => void>();
  const queue = createCallQueue(({ method }) => {
    sent.push(method);
    return new Promise((resolve) => {
      underWay.set(method, resolve);
    });
  }, clock);
  /** The one that began first, unless said. */
  const finish = async (method = [...underWay.keys()][0] ?? '') => {
    underWay.get(method)?.(DONE);
    underWay.delete(method);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { clock, sent, queue, finish };
}

describe('calls of the store', () => {
  test('that write are done one after another, in their order', async () => {
    const { sent, queue, finish } = slowStore();
    const replies = Promise.all(['a', 'b', 'c'].map((method) => queue.run(callOf(method), null)));
    assert.deepEqual(sent, ['a']);
    await finish();
    assert.deepEqual(sent, ['a', 'b']);
    await finish();
    await finish();
    assert.deepEqual(await replies, [DONE, DONE, DONE]);
  });

  test('that read are done beside one that writes, and one after another', async () => {
    const { sent, queue, finish } = slowStore();
    const write = queue.run(callOf('write'), null);
    const reads = ['a', 'b'].map((method) => queue.run(callOf(method), 10));
    assert.deepEqual(sent, ['write', 'a']);
    await finish('a');
    assert.deepEqual(sent, ['write', 'a', 'b']);
    await finish('b');
    assert.deepEqual(await Promise.all(reads), [DONE, DONE]);
    await finish('write');
    assert.equal(await write, DONE);
  });

  test('are waited for until each was done or given up', async () => {
    const { clock, queue, finish } = slowStore();
    let isIdle = false;
    const write = queue.run(callOf('write'), null);
    const late = assert.rejects(queue.run(callOf('read'), 10), { code: 'STORE_UNAVAILABLE' });
    const idle = queue.idle().then(() => {
      isIdle = true;
    });
    clock.pass(10);
    await late;
    assert.equal(isIdle, false);
    await finish('write');
    await Promise.all([write, idle]);
  });

  test('that were given up after their time are not done when their turn comes', async () => {
    const { clock, sent, queue, finish } = slowStore();
    const first = queue.run(callOf('read'), 20);
    const late = assert.rejects(queue.run(callOf('late'), 10), {
      code: 'STORE_UNAVAILABLE',
      message: /within 10 ms/,
    });
    clock.pass(10);
    await late;
    const next = queue.run(callOf('next'), 20);
    await finish();
    await first;
    assert.deepEqual(sent, ['read', 'next']);
    await finish();
    await next;
  });

  test('go on after one that failed', async () => {
    const queue = createCallQueue(async ({ method }) => {
      if (method === 'fails') throw new TypeError('its thread ended');
      return DONE;
    }, fakeClock());
    const failed = assert.rejects(queue.run(callOf('fails'), null), TypeError);
    assert.equal(await queue.run(callOf('next'), null), DONE);
    await failed;
  });

  test('are refused where too many wait, which are counted apart for those who read and those who write', async () => {
    const { queue } = slowStore();
    for (let count = 0; count < MAX_WAITING + 1; count += 1)
      queue.run(callOf('read'), 10).catch(() => undefined);
    await assert.rejects(queue.run(callOf('read'), 10), {
      code: 'STORE_UNAVAILABLE',
      message: /1000 calls wait/,
    });
    for (let count = 0; count < MAX_WAITING + 1; count += 1)
      queue.run(callOf('write'), null).catch(() => undefined);
    await assert.rejects(queue.run(callOf('write'), null), { code: 'STORE_UNAVAILABLE' });
    queue.stop();
  });

  test('have some time where the store ends, and are given up then, with the one that hangs', async () => {
    const { clock, sent, queue, finish } = slowStore();
    const [done, hanging, waiting] = ['a', 'b', 'c'].map((method) => queue.run(callOf(method), null));
    const given = [hanging, waiting].map((call) =>
      assert.rejects(call as Promise<StoreReply>, { code: 'STORE_UNAVAILABLE', message: /has ended/ }),
    );
    queue.end();
    await finish();
    assert.equal(await done, DONE);
    clock.pass(ENDING_MS - 1);
    // A second beginning of the end gives no more time.
    queue.end();
    clock.pass(1);
    await Promise.all(given);
    await assert.rejects(queue.run(callOf('d'), null), { code: 'STORE_UNAVAILABLE' });
    await finish();
    assert.deepEqual(sent, ['a', 'b']);
  });
});
