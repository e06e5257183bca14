import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureOf, startDeadline, unlessAborted } from '../../src/catalog/deadline.ts';
import { FederationError } from '../../src/model/errors.ts';
import { fakeClock } from '../support/catalog.ts';

const never = () => new Promise<never>(() => undefined);

test('work that is not done in time ends with a timeout', async () => {
  const clock = fakeClock();
  const { signal } = startDeadline(100, clock);
  const working = unlessAborted(never(), signal);
  clock.pass(99);
  assert.equal(signal.aborted, false);
  clock.pass(1);
  await assert.rejects(working, { name: 'TimeoutError' });
});

test('a deadline that was met never ends anything', () => {
  const clock = fakeClock();
  const deadline = startDeadline(100, clock);
  deadline.met();
  clock.pass(1_000);
  assert.equal(deadline.signal.aborted, false);
});

test('work is not waited for when the signal was aborted before it began', async () => {
  const deadline = startDeadline(100, fakeClock());
  deadline.stop();
  await assert.rejects(unlessAborted(never(), deadline.signal), { code: 'SOURCE_UNAVAILABLE' });
});

test('work that fails after its end is nobody’s unhandled rejection', async () => {
  const deadline = startDeadline(100, fakeClock());
  let fail: (error: Error) => void = () => undefined;
  const work = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const working = unlessAborted(work, deadline.signal);
  deadline.stop();
  await assert.rejects(working);
  fail(new Error('too late to matter'));
  await new Promise(setImmediate);
});

test('failures are told in our own words', () => {
  const refused = new FederationError('SOURCE_REFUSED', 'the server refuses the gateway (HTTP 403)');
  assert.deepEqual(failureOf(refused), { code: 'SOURCE_REFUSED', message: refused.message });
  assert.equal(failureOf(new DOMException('late', 'TimeoutError')).code, 'SOURCE_TIMEOUT');
  assert.equal(failureOf('a string that somebody threw').code, 'INTERNAL');
});
