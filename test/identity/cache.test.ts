import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CALLER_CACHE_BOUNDS, createCallerCache } from '../../src/identity/cache.ts';
import { ANONYMOUS, type Caller } from '../../src/model/subject.ts';
import { clockOf, fakeClock } from '../support/clock.ts';

const start = 1_800_000_000_000;
const caller = (changed: Partial<Caller> = {}): Caller => ({
  ...ANONYMOUS,
  principal: 'ada',
  expires: start / 1_000 + 600,
  ...changed,
});

describe('a kept caller', () => {
  test('is its own token’s alone', () => {
    const cache = createCallerCache(clockOf(() => start));
    const ada = caller();
    cache.set('token', ada);
    assert.equal(cache.get('token'), ada);
    assert.equal(cache.get('token '), null);
    assert.equal(cache.get(''), null);
  });

  test('is forgotten after its age and at its token’s end', () => {
    let now = start;
    const cache = createCallerCache(clockOf(() => now));
    cache.set('long', caller());
    cache.set('short', caller({ expires: start / 1_000 + 5 }));
    cache.set('ended', caller({ expires: start / 1_000 }));
    const known = () => ['long', 'short', 'ended'].filter((token) => cache.get(token) !== null);
    assert.deepEqual(known(), ['long', 'short']);
    now = start + 5_000;
    assert.deepEqual(known(), ['long']);
    now = start + CALLER_CACHE_BOUNDS.age;
    assert.deepEqual(known(), []);
  });

  test('is not kept for longer though the machine’s clock is set back', () => {
    const clock = fakeClock();
    const cache = createCallerCache(clock);
    cache.set('token', caller());
    clock.pass(CALLER_CACHE_BOUNDS.age - 1);
    clock.set(-3_600_000);
    assert.notEqual(cache.get('token'), null);
    clock.pass(1);
    assert.equal(cache.get('token'), null);
  });

  test('makes room for later ones: all that is kept is bounded in bytes', () => {
    const cache = createCallerCache(clockOf(() => start));
    const large = caller({ name: 'x'.repeat(CALLER_CACHE_BOUNDS.bytes / 8) });
    const tokens = Array.from({ length: 8 }, (_, index) => `token-${index}`);
    for (const token of tokens) cache.set(token, large);
    assert.deepEqual(
      tokens.filter((token) => cache.get(token) !== null),
      tokens.slice(-3),
    );
  });
});
