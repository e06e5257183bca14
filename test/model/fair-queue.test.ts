import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFairQueue, type FairQueueOptions } from '../../src/model/fair-queue.ts';

/** A queue whose work ends when the test says so, and the owners whose work began, in order. */
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

test('an owner with much work leaves capacity for another, who has the next turn', async () => {
  const { begun, ask, turn } = setUp({ atOnce: 2, atOnceEach: 1 });
  for (const principal of ['many', 'many', 'many', 'many', 'few']) void ask(principal);
  await turn();
  assert.deepEqual(begun, ['many', 'few']);
});

test('owners that wait have one turn each, in rotation', async () => {
  const { begun, ask, turn, endOne } = setUp({ atOnce: 1 });
  for (const principal of ['a', 'a', 'a', 'b', 'c', 'b']) void ask(principal);
  await turn();
  for (let ended = 0; ended < 6; ended += 1) await endOne();
  assert.deepEqual(begun, ['a', 'b', 'c', 'a', 'b', 'a']);
});

test('owners have an equal share of the time where that is said, however long the work of one takes', async () => {
  let now = 0;
  const { begun, ask, turn, endOne } = setUp({ atOnce: 1, timedBy: { monotonic: () => now } });
  const took: Readonly<Record<string, number>> = { slow: 30, fast: 10 };
  const waiting = ['slow', 'slow', 'slow', 'fast', 'fast', 'fast', 'fast'];
  for (const principal of waiting) void ask(principal);
  await turn();
  for (let ended = 0; ended < waiting.length; ended += 1) {
    now += took[begun.at(-1) ?? ''] ?? 0;
    await endOne();
  }
  assert.deepEqual(begun, ['slow', 'fast', 'fast', 'fast', 'slow', 'fast', 'slow']);
});

test('an owner that was away has no more of the time for that', async () => {
  let now = 0;
  const { begun, ask, turn, endOne } = setUp({ atOnce: 1, timedBy: { monotonic: () => now } });
  const end = async (milliseconds: number) => {
    now += milliseconds;
    await endOne();
  };
  for (const principal of ['first', 'first', 'first', 'first']) void ask(principal);
  await turn();
  for (let ended = 0; ended < 3; ended += 1) await end(1_000);
  for (const principal of ['late', 'late', 'late', 'first', 'first']) void ask(principal);
  for (let ended = 0; ended < 6; ended += 1) await end(1_000);
  assert.deepEqual(begun.slice(4), ['late', 'first', 'late', 'first', 'late']);
});

test('no more work runs at a time than allowed, in total and for one principal', async () => {
  const { begun, ask, turn } = setUp();
  for (let asked = 0; asked < 4; asked += 1) void ask('anonymous');
  await turn();
  assert.equal(begun.length, 2);
  for (const principal of ['a', 'b', 'c']) void ask(principal);
  await turn();
  assert.deepEqual(begun, ['anonymous', 'anonymous', 'a']);
});

test('work beyond the bounds of waiting is refused at once, for one principal and in total', async () => {
  const { ask } = setUp({ atOnce: 0 });
  for (let asked = 0; asked < 4; asked += 1) void ask('a');
  await assert.rejects(ask('a'), { code: 'NOT_READY' });
  for (let asked = 0; asked < 4; asked += 1) void ask('b');
  await assert.rejects(ask('c'), { code: 'NOT_READY' });
});

test('work that waited for too long is refused, and its place is free again', async () => {
  const { ask, begun } = setUp({ atOnce: 0, waitingEach: 1, patience: 20 });
  const alive = setTimeout(() => undefined, 5_000);
  await assert.rejects(ask('a'), { code: 'NOT_READY' });
  await assert.rejects(ask('a'), { code: 'NOT_READY' });
  clearTimeout(alive);
  assert.deepEqual(begun, []);
});

test('work that is cancelled while it waits is not begun, and its place is free again', async () => {
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

test('work that fails frees its place as work that succeeds does', async () => {
  const { queue, ask, begun, turn } = setUp({ atOnce: 1 });
  await assert.rejects(
    queue.run('a', () => Promise.reject(new Error('failed'))),
    /failed/,
  );
  void ask('a');
  await turn();
  assert.deepEqual(begun, ['a']);
});
