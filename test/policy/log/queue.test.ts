// What waits to be written: together, within bounds, again after a failure, and in time at the end.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import pino from 'pino';
import { EntryQueue, type QueueOptions, type Sink } from '../../../src/policy/log/queue.ts';
import { batchOf, countingLog, until } from '../../support/decision-log.ts';

/** A sink that behaves as the test says, and keeps what it got. */
function sinkOf(write: (entries: readonly string[]) => Promise<number> = async () => 0) {
  const taken: string[][] = [];
  const sink: Sink = {
    async write(entries) {
      const refused = await write(entries);
      taken.push([...entries]);
      return refused;
    },
    close: async () => {},
  };
  return { sink, taken };
}

function queueOf(sink: Sink, options: Partial<QueueOptions> = {}) {
  const counted = countingLog();
  const lines: string[] = [];
  const queue = new EntryQueue({
    sink,
    counters: counted.counters,
    logger: pino({ level: 'info' }, { write: (line) => void lines.push(line) }),
    queueBytes: 1_000,
    batchBytes: 100,
    delay: 0,
    retryAfter: 1,
    ...options,
  });
  return { queue, lines, ...counted };
}

const never = () => new Promise<never>(() => {});

describe('the queue of the decision log', () => {
  test('writes every entry once, in their order, no more at once than it may', async () => {
    const { sink, taken } = sinkOf();
    const { queue, written } = queueOf(sink);
    const entries = Array.from({ length: 90 }, (_, index) => `entry ${index}`.padEnd(10));
    for (let at = 0; at < 90; at += 30) queue.add(batchOf(...entries.slice(at, at + 30)));
    await queue.close();
    assert.deepEqual(taken.flat(), entries);
    assert.deepEqual(
      taken.map(({ length }) => length),
      Array(9).fill(10),
    );
    assert.equal(written.entries, 90);
  });

  test('waits for more, so that few writes have many entries', async () => {
    const { sink, taken } = sinkOf();
    const { queue } = queueOf(sink, { delay: 1_000 });
    for (const entry of ['a', 'b', 'c']) {
      queue.add(batchOf(entry));
      await setImmediate();
    }
    await until(() => taken.length > 0);
    assert.deepEqual(taken, [['a', 'b', 'c']]);
    await queue.close();
  });

  test('accepts what fits while the sink is stuck, and drops and counts the rest at once', async () => {
    const { sink } = sinkOf(never);
    const { queue, dropped, written } = queueOf(sink, { closeWithin: 10 });
    for (let index = 0; index < 10_000; index++) queue.add(batchOf('x'.repeat(50), 'y'.repeat(50)));
    assert.equal(dropped.get('full'), 20_000 - 20);
    await queue.close();
    assert.equal(written.entries, 0);
    assert.equal(dropped.get('closing'), 20);
  });

  test('accepts a part of a batch that does not fit as a whole', async () => {
    const { sink, taken } = sinkOf();
    const { queue, dropped } = queueOf(sink, { queueBytes: 30 });
    queue.add(batchOf(...Array(5).fill('ten bytes.')));
    await queue.close();
    assert.equal(taken.flat().length, 3);
    assert.deepEqual([...dropped], [['full', 2]]);
  });

  test('accepts entries again when the waiting ones are written', async () => {
    const { sink, taken } = sinkOf();
    const { queue, dropped } = queueOf(sink, { queueBytes: 30 });
    for (let round = 1; round <= 50; round++) {
      queue.add(batchOf(...Array(3).fill('ten bytes.')));
      await until(() => taken.flat().length === 3 * round);
    }
    assert.equal(dropped.size, 0);
    await queue.close();
  });

  test('writes what is added at any moment of the end of the write before', async () => {
    for (let moments = 0; moments < 12; moments++) {
      const { sink, taken } = sinkOf(async () => {
        if (taken.length > 0) return 0;
        let moment = Promise.resolve();
        for (let passed = 0; passed < moments; passed++) moment = moment.then(() => {});
        moment.then(() => queue.add(batchOf('second')));
        return 0;
      });
      const { queue } = queueOf(sink);
      queue.add(batchOf('first'));
      await until(() => taken.length > 0);
      await queue.close();
      assert.deepEqual(taken.flat(), ['first', 'second'], `${moments} microtasks later`);
    }
  });

  test('tries again what failed, with all of it, and says so once', async () => {
    let failures = 5;
    const { sink, taken } = sinkOf(async () => {
      if (failures-- > 0) throw new Error('no space left');
      return 0;
    });
    const { queue, lines, written } = queueOf(sink);
    queue.add(batchOf('a', 'b'));
    await until(() => taken.length > 0);
    assert.deepEqual(taken, [['a', 'b']]);
    assert.equal(written.entries, 2);
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).msg),
      [
        'the decision log cannot be written; its entries wait, and are dropped when there are too many',
        'the decision log is written again',
      ],
    );
    await queue.close();
  });

  test('counts what is refused for good, and goes on', async () => {
    const { sink, taken } = sinkOf(async (entries) => (entries.includes('bad') ? 1 : 0));
    const { queue, dropped, written } = queueOf(sink);
    queue.add(batchOf('good', 'bad'));
    queue.add(batchOf('after'));
    await queue.close();
    assert.ok(taken.flat().includes('after'));
    assert.deepEqual([written.entries, dropped.get('refused')], [2, 1]);
  });

  test('drops an entry that cannot be written as JSON, and goes on with the others', async () => {
    const { sink, taken } = sinkOf();
    const { queue, dropped } = queueOf(sink);
    const broken = batchOf('a', 'b', 'c');
    queue.add({
      ...broken,
      entry: (index) => (index === 1 ? assert.fail('a fault') : broken.entry(index)),
    });
    await queue.close();
    assert.deepEqual(taken, [['a', 'c']]);
    assert.deepEqual([...dropped], [['failed', 1]]);
  });

  test('writes what waits when it is closed, without waiting for others', async () => {
    const { sink, taken } = sinkOf();
    const { queue } = queueOf(sink, { delay: 60_000 });
    queue.add(batchOf('last'));
    await queue.close();
    assert.deepEqual(taken, [['last']]);
  });

  test('ends the waiting for a sink that is down when it is closed, with a last try', async () => {
    let up = false;
    const { sink, taken } = sinkOf(async () => {
      if (!up) throw new Error('down');
      return 0;
    });
    const { queue, lines } = queueOf(sink, { retryAfter: 60_000 });
    queue.add(batchOf('late'));
    await until(() => lines.length > 0);
    up = true;
    await queue.close();
    assert.deepEqual(taken, [['late']]);
  });

  test('closes in time though the sink neither writes nor closes, and drops what comes after', async () => {
    const { queue, dropped } = queueOf({ write: never, close: never }, { closeWithin: 20 });
    queue.add(batchOf('a', 'b'));
    await queue.close();
    queue.add(batchOf('c'));
    assert.equal(dropped.get('closing'), 3);
  });
});
