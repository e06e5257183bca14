import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPace, inTurns } from '../../src/model/pace.ts';

test('tasks that rest at the same time go on one in each turn of the event loop, in their order', async () => {
  const pace = createPace(0);
  let round = 0;
  let counting = true;
  const count = (): void => {
    round += 1;
    if (counting) setImmediate(count);
  };
  setImmediate(count);
  const rounds: [number, number][] = [];
  await Promise.all(
    Array.from({ length: 20 }, async (_, who) => {
      await pace.rest();
      rounds.push([who, round]);
    }),
  );
  counting = false;
  assert.deepEqual(
    rounds.map(([who]) => who),
    Array.from({ length: 20 }, (_, who) => who),
  );
  assert.equal(new Set(rounds.map(([, at]) => at)).size, 20, JSON.stringify(rounds));
});

test('a task that rests again waits behind those that waited before', async () => {
  const pace = createPace(0);
  const order: string[] = [];
  const work = async (name: string): Promise<void> => {
    for (let turn = 0; turn < 3; turn++) {
      await pace.rest();
      order.push(name);
    }
  };
  await Promise.all([work('a'), work('b'), work('c')]);
  assert.deepEqual(order, ['a', 'b', 'c', 'a', 'b', 'c', 'a', 'b', 'c']);
});

test('work on numbers is done for each of them once, in their order, and rests when it is due', async () => {
  let rests = 0;
  const pace = { due: () => true, rest: async () => void rests++ };
  const seen: number[] = [];
  await inTurns(2_500, pace, (start, end) => {
    for (let number = start; number < end; number += 1) seen.push(number);
  });
  assert.deepEqual(
    seen,
    Array.from({ length: 2_500 }, (_, number) => number),
  );
  assert.equal(rests, 3);
});
