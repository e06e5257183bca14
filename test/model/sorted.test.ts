import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPace, paced } from '../../src/model/pace.ts';
import { byCodeUnits, sortedInTurns, sortedSet } from '../../src/model/sorted.ts';
import fc, { runs } from '../support/fast-check.ts';

test('sorting in turns gives what sorting at once does', async () => {
  const short = fc.array(fc.string({ maxLength: 4 }), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(short, fc.integer({ min: 1, max: 400 }), async (texts, times) => {
      const all = Array.from({ length: times }, (_, index) =>
        texts.map((text) => `${text}${index % 7}`),
      ).flat();
      assert.deepEqual(await sortedInTurns(all, createPace(), byCodeUnits), all.toSorted());
    }),
    { numRuns: runs(50) },
  );
});

test('sorting in turns rests, and keeps what compares equal in its order', async () => {
  let rests = 0;
  const pace = { due: () => true, rest: async () => void rests++ };
  const all = Array.from({ length: 5_000 }, (_, index) => ({ key: (index * 7_919) % 10, index }));
  const sorted = await sortedInTurns(all, pace, (a, b) => a.key - b.key);
  assert.deepEqual(
    sorted,
    all.toSorted((a, b) => a.key - b.key),
  );
  assert.ok(rests > 10, `${rests} rests`);
});

test('a set has each value once, in order', () => {
  assert.deepEqual(sortedSet(['b', 'a', 'b']), ['a', 'b']);
  assert.deepEqual(sortedSet([]), []);
});

test('the event loop turns while long work is done', async () => {
  let rounds = 0;
  let working = true;
  const count = () => {
    rounds += 1;
    if (working) setImmediate(count);
  };
  setImmediate(count);
  // A turn of no length is over at once: the test is about resting, and not about the speed of the machine.
  await paced(Array.from({ length: 100 }), createPace(0), () => undefined);
  working = false;
  assert.ok(rounds >= 99, `${rounds} rounds`);
});
