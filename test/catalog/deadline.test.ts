import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDeadline } from '../../src/catalog/deadline.ts';
import { SYSTEM_CLOCK } from '../../src/model/clock.ts';
import { fakeClock } from '../support/clock.ts';
import { startHttpServer } from '../support/http-server.ts';

const never = () => new Promise<never>(() => undefined);

function hold(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

test('what a registry does not do in time ends with a timeout', async () => {
  const clock = fakeClock();
  const deadline = createDeadline(350, clock);
  const waiting = deadline.awaiting(never());
  clock.pass(349);
  assert.equal(deadline.signal.aborted, false);
  clock.pass(1);
  await assert.rejects(waiting, { name: 'TimeoutError' });
  await assert.rejects(deadline.awaiting(never()), { name: 'TimeoutError' });
});

test('pieces of waiting add up, and what the gateway does between them does not count', async () => {
  const clock = fakeClock();
  const deadline = createDeadline(1_000, clock);
  for (let piece = 0; piece < 3; piece += 1) {
    let answer: () => void = () => undefined;
    const waiting = deadline.awaiting(new Promise<void>((resolve) => (answer = resolve)));
    clock.pass(300);
    answer();
    await waiting;
    clock.pass(60_000);
  }
  assert.equal(deadline.signal.aborted, false);
  const last = deadline.awaiting(never());
  clock.pass(100);
  await assert.rejects(last, { name: 'TimeoutError' });
});

test('what the registry has no part in does not count, though it is waited for meanwhile', async () => {
  const clock = fakeClock();
  const deadline = createDeadline(500, clock);
  let begin: () => void = () => undefined;
  const turn = deadline.uncounted(new Promise<void>((resolve) => (begin = resolve)));
  const waiting = deadline.awaiting(turn.then(never));
  clock.pass(60_000);
  assert.equal(deadline.signal.aborted, false);
  begin();
  await turn;
  clock.pass(499);
  assert.equal(deadline.signal.aborted, false);
  clock.pass(1);
  await assert.rejects(waiting, { name: 'TimeoutError' });
});

test('pieces that each take less than a slice add up as well', async () => {
  const clock = fakeClock();
  const deadline = createDeadline(500, clock);
  const late = async (): Promise<number> => {
    for (let piece = 0; ; piece += 1) {
      let answer: () => void = () => undefined;
      const waiting = deadline.awaiting(new Promise<void>((resolve) => (answer = resolve)));
      clock.pass(80);
      answer();
      await waiting.catch(() => undefined);
      if (deadline.signal.aborted || piece === 100) return piece + 1;
    }
  };
  assert.equal(await late(), 7);
});

test('an answer that came while the event loop was held is in time', async () => {
  const deadline = createDeadline(400, SYSTEM_CLOCK);
  const { origin, close } = await startHttpServer((_request, response) => {
    response.end('in time');
    // Nothing in this process runs meanwhile, the deadline's timer included.
    setImmediate(() => hold(1_000));
  });
  const answering = deadline.awaiting(fetch(origin).then((response) => response.text()));
  assert.equal(await answering.finally(close), 'in time');
});

test('work is not waited for when the deadline was stopped before it began', async () => {
  const deadline = createDeadline(100, fakeClock());
  deadline.stop();
  await assert.rejects(deadline.awaiting(never()), { code: 'SOURCE_UNAVAILABLE' });
});

test('work that fails after its end is nobody’s unhandled rejection', async () => {
  const deadline = createDeadline(100, fakeClock());
  let fail: (error: Error) => void = () => undefined;
  const work = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const working = deadline.awaiting(work);
  deadline.stop();
  await assert.rejects(working);
  fail(new Error('too late to matter'));
  await new Promise(setImmediate);
});

test('a part of it ends as the whole does, by the time in which the registry was waited for', async () => {
  const clock = fakeClock();
  const deadline = createDeadline(1_000, clock);
  const [part, longer] = [deadline.passed(350), deadline.passed(2_000)];
  let answer: () => void = () => undefined;
  const waiting = deadline.awaiting(new Promise<void>((resolve) => (answer = resolve)));
  clock.pass(300);
  answer();
  await waiting;
  clock.pass(60_000);
  assert.equal(part.aborted, false);
  const rest = deadline.awaiting(never());
  clock.pass(49);
  assert.equal(part.aborted, false);
  clock.pass(1);
  assert.deepEqual([part.aborted, deadline.signal.aborted], [true, false]);
  clock.pass(650);
  await assert.rejects(rest, { name: 'TimeoutError' });
  assert.equal(longer.aborted, false);
});
