import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { within } from '../../src/model/within.ts';

/** Rejects with the reason of the signal, once it aborts. */
const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason));
  });

test('work that is done in time gives what it gives, and leaves nothing at the signal', async () => {
  const { signal } = new AbortController();
  assert.equal(await within(60_000, signal, async () => 1), 1);
  assert.deepEqual(getEventListeners(signal, 'abort'), []);
});

test('work that is not done in time ends with a TimeoutError', async () => {
  const { signal } = new AbortController();
  await assert.rejects(within(1, signal, untilAborted), { name: 'TimeoutError' });
  assert.deepEqual(getEventListeners(signal, 'abort'), []);
});

test('work that is given up, before it began or later, ends with the reason', async () => {
  const reason = new Error('over');
  await assert.rejects(within(60_000, AbortSignal.abort(reason), untilAborted), reason);
  const ended = new AbortController();
  const working = within(60_000, ended.signal, untilAborted);
  ended.abort(reason);
  await assert.rejects(working, reason);
});
