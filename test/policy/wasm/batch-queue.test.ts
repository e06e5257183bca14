// Batches have turns by the facility whose records they judge.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { queueOptionsSymbol } from 'piscina';
import { BatchQueue, type WaitingTask } from '../../../src/policy/wasm/batch-queue.ts';

const taskOf = (facility: string | null): WaitingTask => ({ [queueOptionsSymbol]: { facility } });

const drain = (line: BatchQueue): WaitingTask[] => {
  const taken: WaitingTask[] = [];
  for (let task = line.shift(); task !== null; task = line.shift()) taken.push(task);
  return taken;
};

test('a facility whose batch came last is not behind all of another’s', () => {
  const line = new BatchQueue();
  const heavy = Array.from({ length: 800 }, () => taskOf('heavy'));
  const [light, choice] = [taskOf('light'), taskOf(null)];
  for (const task of [...heavy, light, choice]) line.push(task);
  assert.equal(line.size, 802);
  const [first, second, third, ...rest] = drain(line);
  assert.deepEqual([first, second, third], [heavy[0], light, choice]);
  assert.ok(
    rest.every((task, index) => task === heavy[index + 1]),
    'a facility’s own are taken in their order',
  );
  assert.equal(line.size, 0);
});

test('facilities that come back are behind those that wait', () => {
  const line = new BatchQueue();
  const [a1, a2, b1, b2] = [taskOf('a'), taskOf('a'), taskOf('b'), taskOf('b')];
  for (const task of [a1, b1]) line.push(task);
  assert.equal(line.shift(), a1);
  for (const task of [a2, b2]) line.push(task);
  assert.deepEqual(drain(line), [b1, a2, b2]);
});

test('one that nobody waits for any more is gone, and leaves the others as they are', () => {
  const line = new BatchQueue();
  const [a, b] = [taskOf('a'), taskOf('b')];
  for (const task of [a, b]) line.push(task);
  line.remove(a);
  line.remove(a);
  assert.equal(line.size, 1);
  assert.deepEqual(drain(line), [b]);
});
