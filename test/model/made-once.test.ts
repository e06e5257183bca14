import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { madeOnce } from '../../src/model/made-once.ts';

describe('what is made once', () => {
  test('is the same for everyone who asks, also while it is made', async () => {
    const made = new Map<string, Promise<object>>();
    let times = 0;
    const make = async (): Promise<object> => {
      times += 1;
      return {};
    };
    const [one, other] = await Promise.all([madeOnce(made, 'a', make), madeOnce(made, 'a', make)]);
    assert.equal(one, other);
    assert.equal(await madeOnce(made, 'a', make), one);
    assert.equal(times, 1);
  });

  test('is made again after it failed', async () => {
    const made = new Map<string, Promise<number>>();
    await assert.rejects(
      madeOnce(made, 'a', async () => assert.fail('once')),
      /once/,
    );
    assert.equal(await madeOnce(made, 'a', async () => 1), 1);
  });
});
