// When repositories that notifications named are asked again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNotified } from '../../src/catalog/notified.ts';
import { fakeClock } from '../support/clock.ts';

function world() {
  const clock = fakeClock();
  const asked: (readonly string[])[] = [];
  const notified = createNotified(clock, (repositories) => void asked.push([...repositories].sort()));
  return { clock, asked, notified };
}

test('what one push says in several notifications is asked for once, after two seconds', () => {
  const { clock, asked, notified } = world();
  notified.add(['em/relion']);
  clock.pass(1_000);
  notified.add(['em/relion', 'mx/xds']);
  assert.deepEqual(asked, []);
  clock.pass(1_000);
  assert.deepEqual(asked, [['em/relion', 'mx/xds']]);
});

test('a registry is asked once a minute, for all that was named meanwhile', () => {
  const { clock, asked, notified } = world();
  const times: number[] = [];
  const begun = clock.monotonic();
  for (let second = 0; second < 600; second += 1) {
    notified.add([`em/image-${second}`]);
    const before = asked.length;
    clock.pass(1_000);
    if (asked.length > before) times.push((clock.monotonic() - begun) / 1_000);
  }
  assert.deepEqual(times, [2, 62, 122, 182, 242, 302, 362, 422, 482, 542]);
  assert.equal(new Set(asked.flat()).size, asked.flat().length);
  assert.equal(asked[1]?.length, 60);
});

test('a notification that names none has nothing asked', () => {
  const { clock, asked, notified } = world();
  notified.add([]);
  clock.pass(600_000);
  assert.deepEqual(asked, []);
});

test('nothing is asked after the end', () => {
  const { clock, asked, notified } = world();
  notified.add(['em/relion']);
  notified.stop();
  clock.pass(600_000);
  assert.deepEqual(asked, []);
});
