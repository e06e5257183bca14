import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Turns } from '../../../src/policy/explain/turns.ts';

/** Work that begins when it has its turn, and ends when it is told to. */
function works(turns: Turns) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const take = (name: string) =>
    turns.take(async () => {
      begun.push(name);
      await new Promise<void>((resolve) => ends.set(name, resolve));
      return name;
    });
  return { begun, ends, take };
}

const NEVER = Number.POSITIVE_INFINITY;

describe('the turns of explanations', () => {
  test('run so many at once, and the others after them in their order', async () => {
    const { begun, ends, take } = works(new Turns({ running: 2, waiting: 8, patience: NEVER }));
    const all = ['a', 'b', 'c', 'd'].map(take);
    await setImmediate();
    assert.deepEqual(begun, ['a', 'b']);
    ends.get('b')?.();
    assert.equal(await all[1], 'b');
    await setImmediate();
    assert.deepEqual(begun, ['a', 'b', 'c']);
    for (const name of ['a', 'c']) ends.get(name)?.();
    await Promise.all([all[0], all[2]]);
    await setImmediate();
    ends.get('d')?.();
    assert.equal(await all[3], 'd');
  });

  test('refuse at once what has no room to wait', async () => {
    const { ends, take } = works(new Turns({ running: 1, waiting: 1, patience: NEVER }));
    const all = ['a', 'b'].map(take);
    await assert.rejects(take('c'), { code: 'NOT_READY' });
    for (const name of ['a', 'b']) {
      await setImmediate();
      ends.get(name)?.();
    }
    assert.deepEqual(await Promise.all(all), ['a', 'b']);
  });

  test('refuse what nobody waits for any more, and go on with the next', async () => {
    const { begun, ends, take } = works(new Turns({ running: 1, waiting: 8, patience: 0 }));
    const [first, ...others] = ['a', 'b', 'c'].map(take);
    const refused = others.map((other) => assert.rejects(other, { code: 'NOT_READY' }));
    await setImmediate();
    ends.get('a')?.();
    await Promise.all([first, ...refused]);
    assert.deepEqual(begun, ['a']);
    const last = take('d');
    await setImmediate();
    ends.get('d')?.();
    assert.equal(await last, 'd');
  });

  test('are given on by work that fails', async () => {
    const turns = new Turns({ running: 1, waiting: 1, patience: NEVER });
    const failing = turns.take(async () => assert.fail('as it was told'));
    const next = turns.take(async () => 'next');
    await assert.rejects(failing, /as it was told/);
    assert.equal(await next, 'next');
  });
});
