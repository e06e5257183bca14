// When repositories that notifications named are asked again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createNotified } from '../../src/catalog/notified.ts';
import { fakeClock } from '../support/clock.ts';

function world() {
  const clock = fakeClock();
  const asked: (readonly string[])[] = [];
  /** How long asking takes; by default no time. */
  let asking: Promise<void> = Promise.resolve();
  const notified = createNotified(clock, async () => {
    asked.push([...notified.take()].sort());
    await asking;
  });
  return {
    ...{ asked, notified },
    take: (work: Promise<void>) => {
      asking = work;
    },
    async pass(milliseconds: number) {
      clock.pass(milliseconds);
      for (let turns = 0; turns < 5; turns += 1) await turn();
    },
  };
}

test('what one push says in several notifications is asked for once, after two seconds', async () => {
  const { asked, notified, pass } = world();
  notified.add(['em/relion']);
  await pass(1_000);
  notified.add(['em/relion', 'mx/xds']);
  assert.deepEqual(asked, []);
  await pass(1_000);
  assert.deepEqual(asked, [['em/relion', 'mx/xds']]);
});

test('a registry is asked once a minute, for all that was named meanwhile', async () => {
  const { asked, notified, pass } = world();
  const times: number[] = [];
  for (let second = 1; second <= 300; second += 1) {
    notified.add([`em/image-${second}`]);
    const before = asked.length;
    await pass(1_000);
    if (asked.length > before) times.push(second);
  }
  assert.deepEqual(times, [2, 62, 122, 182, 242]);
  assert.equal(new Set(asked.flat()).size, asked.flat().length);
  assert.equal(asked[1]?.length, 60);
});

test('what is named while others are asked for waits until a minute after that', async () => {
  const { asked, notified, take, pass } = world();
  let end = (): void => {};
  take(
    new Promise((resolve) => {
      end = resolve;
    }),
  );
  notified.add(['em/relion']);
  await pass(2_000);
  for (let minute = 0; minute < 30; minute += 1) {
    notified.add(['em/relion']);
    await pass(60_000);
  }
  assert.equal(asked.length, 1);
  end();
  await pass(0);
  await pass(59_000);
  assert.equal(asked.length, 1);
  await pass(1_000);
  assert.equal(asked.length, 2);
});

test('what somebody else takes is not asked for', async () => {
  const { asked, notified, pass } = world();
  notified.add(['em/relion']);
  assert.deepEqual([...notified.take()], ['em/relion']);
  await pass(2_000);
  assert.deepEqual(asked, [[]]);
});

test('what was given back waits for a crawl of the whole registry, and keeps no others from being asked for', async () => {
  const { asked, notified, pass } = world();
  notified.giveBack(new Set(['em/broken']));
  await pass(600_000);
  assert.deepEqual(asked, []);
  notified.add(['mx/xds']);
  await pass(2_000);
  assert.deepEqual(asked, [['mx/xds']]);
  notified.add(['em/relion']);
  assert.deepEqual([...notified.takeAll()], ['em/relion', 'em/broken']);
  assert.deepEqual([...notified.takeAll()], []);
});

test('a notification that names none, and one after the end, have nothing asked for', async () => {
  const { asked, notified, pass } = world();
  notified.add([]);
  await pass(600_000);
  notified.add(['em/relion']);
  notified.stop();
  await pass(600_000);
  assert.deepEqual(asked, []);
});
