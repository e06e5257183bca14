import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFairQueue, type FairQueueOptions } from '../../src/model/fair-queue.ts';

/** A queue whose work ends when it is told to, and who began, in order. */
function setUp(options: Partial<FairQueueOptions> = {}) {
  const queue = createFairQueue({
    what: 'pieces',
    atOnce: 3,
    atOnceEach: 2,
    waitingEach: 4,
    waiting: 8,
    patience: 60_000,
    ...options,
  });
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const ask = (principal: string): Promise<void> =>
    queue.run(principal, () => {
      begun.push(principal);
      return new Promise<void>((resolve) => {
        ends.push(resolve);
      });
    });
  const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  const endOne = async () => {
    ends.shift()?.();
    await turn();
  };
  return { queue, begun, ask, turn, endOne };
}

test('somebody who asks for much leaves room for another, who has the next turn', async () => {
  const { begun, ask, turn } = setUp({ atOnce: 2, atOnceEach: 1 });
  for (const principal of ['many', 'many', 'many', 'many', 'few']) void ask(principal);
  await turn();
  assert.deepEqual(begun, ['many', 'few']);
});

test('those who wait have a turn each, one after the other', async () => {
  const { begun, ask, turn, endOne } = setUp({ atOnce: 1 });
  for (const principal of ['a', 'a', 'a', 'b', 'c', 'b']) void ask(principal);
  await turn();
  for (let ended = 0; ended < 6; ended += 1) await endOne();
  assert.deepEqual(begun, ['a', 'b', 'c', 'a', 'b', 'a']);
});

test('no more is under way than may be, and of one principal less than that', async () => {
  const { begun, ask, turn } = setUp();
  for (let asked = 0; asked < 4; asked += 1) void ask('anonymous');
  await turn();
  assert.equal(begun.length, 2);
  for (const principal of ['a', 'b', 'c']) void ask(principal);
  await turn();
  assert.deepEqual(begun, ['anonymous', 'anonymous', 'a']);
});

test('what would wait beyond its bound is refused at once, of one principal and of all', async () => {
  const { ask } = setUp({ atOnce: 0 });
  for (let asked = 0; asked < 4; asked += 1) void ask('a');
  await assert.rejects(ask('a'), { code: 'NOT_READY' });
  for (let asked = 0; asked < 4; asked += 1) void ask('b');
  await assert.rejects(ask('c'), { code: 'NOT_READY' });
});

test('what waited for too long is refused, and its place is free again', async () => {
  const { ask, begun } = setUp({ atOnce: 0, waitingEach: 1, patience: 20 });
  const alive = setTimeout(() => undefined, 5_000);
  await assert.rejects(ask('a'), { code: 'NOT_READY' });
  await assert.rejects(ask('a'), { code: 'NOT_READY' });
  clearTimeout(alive);
  assert.deepEqual(begun, []);
});

test('what is called off while it waits is not begun, and its place is free again', async () => {
  const { queue, ask, begun, turn, endOne } = setUp({ atOnce: 1, waitingEach: 1, patience: null });
  void ask('a');
  await turn();
  const leaving = new AbortController();
  const called = queue.run('b', () => assert.fail('nobody waits for it'), leaving.signal);
  leaving.abort(new Error('left'));
  await assert.rejects(called, /left/);
  await assert.rejects(
    queue.run('b', () => assert.fail('nobody waits for it'), leaving.signal),
    /left/,
  );
  void ask('b');
  await endOne();
  assert.deepEqual(begun, ['a', 'b']);
});

test('work that fails ends its turn as work that succeeds does', async () => {
  const { queue, ask, begun, turn } = setUp({ atOnce: 1 });
  await assert.rejects(
    queue.run('a', () => Promise.reject(new Error('failed'))),
    /failed/,
  );
  void ask('a');
  await turn();
  assert.deepEqual(begun, ['a']);
});
