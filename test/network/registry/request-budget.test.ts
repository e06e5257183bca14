import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rateLimited, retryAfterOf } from '../../../src/network/registry/rate-limit-error.ts';
import { readRateLimit } from '../../../src/network/registry/rate-limit-headers.ts';
import { createRequestBudget, type RequestBudget } from '../../../src/network/registry/request-budget.ts';
import { type FakeClock, fakeClock } from '../../support/clock.ts';
import fc from '../../support/fast-check.ts';

const signal = new AbortController().signal;
const SIX_HOURS = 21_600_000;

/** When the budget says to ask again, in milliseconds from now; null: a request may be sent. */
async function wait(budget: RequestBudget, clock: FakeClock): Promise<number | null> {
  try {
    await budget.take(signal);
    return null;
  } catch (error) {
    const at = retryAfterOf(error);
    assert.ok(at !== null, String(error));
    return at - clock.wall();
  }
}

/** When a 429 says to ask again, in milliseconds from now; null: it is repeated. */
function refused(
  budget: RequestBudget,
  clock: FakeClock,
  headers: Record<string, string>,
  attempt = 0,
): number | null {
  try {
    budget.refused(headers, attempt, '');
    return null;
  } catch (error) {
    const at = retryAfterOf(error);
    assert.ok(at !== null, String(error));
    return at - clock.wall();
  }
}

test('RATE_LIMITED has the time in its message, in full seconds, and exactly beside it', () => {
  const at = Date.UTC(2026, 0, 2, 3, 4, 5, 1);
  const error = rateLimited('the registry answers no more requests', at);
  assert.equal(error.message, 'the registry answers no more requests before 2026-01-02T03:04:06Z');
  assert.equal(retryAfterOf(error), at);
  assert.equal(retryAfterOf(new Error('another')), null);
});

describe('a configured budget', () => {
  test('allows so many requests, then says when it allows more', async () => {
    const clock = fakeClock();
    const budget = createRequestBudget({ configured: { requests: 100, window: SIX_HOURS }, clock });
    for (let count = 0; count < 100; count += 1) assert.equal(await wait(budget, clock), null);
    const more = (await wait(budget, clock)) ?? 0;
    assert.ok(more >= SIX_HOURS && more <= SIX_HOURS * (1 + 1 / 64) + 1, String(more));
    clock.pass(more);
    assert.equal(await wait(budget, clock), null);
  });

  test('is left by half to others where a request spares it', async () => {
    const clock = fakeClock();
    const budget = createRequestBudget({ configured: { requests: 5, window: SIX_HOURS }, clock });
    const spared = async (): Promise<number> => {
      let count = 0;
      for (; count < 10; count += 1) {
        const isTaken = await budget.take(signal, true).then(
          () => true,
          () => false,
        );
        if (!isTaken) break;
      }
      return count;
    };
    assert.equal(await spared(), 3);
    assert.equal(await wait(budget, clock), null);
    assert.equal(await wait(budget, clock), null);
    assert.notEqual(await wait(budget, clock), null);
    clock.pass(2 * SIX_HOURS);
    assert.equal(await spared(), 3, 'and none more than before');
  });

  test('is exceeded in no window, however requests come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.array(fc.integer({ min: 0, max: 40_000 }), { minLength: 1, maxLength: 60 }),
        async (requests, pauses) => {
          const window = 100_000;
          const clock = fakeClock();
          const budget = createRequestBudget({ configured: { requests, window }, clock });
          const sent: number[] = [];
          for (const milliseconds of pauses) {
            clock.pass(milliseconds);
            // A short wait is real time, which this clock does not know: it is not waited for.
            const over = new AbortController();
            over.abort();
            const isFree =
              sent.filter((at) => at > clock.monotonic() - window * (1 + 2 / 64)).length < requests;
            await budget.take(isFree ? signal : over.signal).then(
              () => sent.push(clock.monotonic()),
              () => {},
            );
          }
          for (const from of sent) {
            assert.ok(sent.filter((at) => at >= from && at < from + window).length <= requests);
          }
          assert.ok(sent.length > 0);
        },
      ),
    );
  });

  test('of which nothing is said allows every request', async () => {
    const clock = fakeClock();
    const budget = createRequestBudget({ configured: null, clock });
    for (let count = 0; count < 1_000; count += 1) await budget.take(signal);
  });
});

describe('what the registry says remains', () => {
  test('ends requests once it is nothing, for as long as one takes to come free', async () => {
    const clock = fakeClock();
    const budget = createRequestBudget({ configured: null, clock });
    budget.observe({ 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '1;w=21600' });
    assert.equal(await wait(budget, clock), null);
    budget.observe({ 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '0;w=21600' });
    assert.equal(await wait(budget, clock), 216_000);
    clock.pass(216_000);
    assert.equal(await wait(budget, clock), null);
  });

  test('ends requests until the reset that it names, as a time or in seconds', async () => {
    for (const reset of [(clock: FakeClock) => String(clock.wall() / 1_000 + 600), () => '600']) {
      const clock = fakeClock();
      const budget = createRequestBudget({ configured: null, clock });
      budget.observe({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset(clock) });
      assert.equal(await wait(budget, clock), 600_000);
    }
  });

  const spellings: readonly (readonly [Record<string, string>, object | null])[] = [
    [
      { 'ratelimit-remaining': '20;w=21600', 'ratelimit-limit': '100;w=21600' },
      { remaining: 20, limit: 100, window: SIX_HOURS },
    ],
    [
      { 'ratelimit-remaining': '20', 'ratelimit-limit': '100;w=21600' },
      { remaining: 20, limit: 100, window: SIX_HOURS },
    ],
    [{ 'ratelimit-remaining': ' 20 ; w=60 ' }, { remaining: 20, limit: null, window: 60_000 }],
    [
      { 'x-ratelimit-remaining': '3', 'x-ratelimit-limit': '180' },
      { remaining: 3, limit: 180, window: null },
    ],
    [{ 'ratelimit-remaining': 'many' }, null],
    [{ 'ratelimit-remaining': '-1' }, null],
    [{}, null],
  ];
  for (const [headers, expected] of spellings) {
    test(`is read from ${JSON.stringify(headers)}`, () => {
      assert.deepEqual(readRateLimit(headers, 0), expected === null ? null : { ...expected, reset: null });
    });
  }
});

describe('a 429', () => {
  const said: readonly (readonly [string, (clock: FakeClock) => Record<string, string>, number | null])[] = [
    ['seconds worth waiting for', () => ({ 'retry-after': '9' }), null],
    ['a fraction of a second', () => ({ 'retry-after': '0.25' }), null],
    ['nothing', () => ({}), null],
    ['a longer time', () => ({ 'retry-after': '3600' }), 3_600_000],
    ['a date', (clock) => ({ 'retry-after': new Date(clock.wall() + 90_000).toUTCString() }), 90_000],
    [
      'Docker Hub’s unix time',
      (clock) => ({ 'x-retry-after': String(clock.wall() / 1_000 + 5_000) }),
      5_000_000,
    ],
    [
      'what remains alone',
      () => ({ 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '0;w=21600' }),
      216_000,
    ],
    ['a time of years', () => ({ 'retry-after': '999999999' }), 86_400_000],
  ];
  for (const [what, headers, expected] of said) {
    test(`that says ${what} is ${expected === null ? 'repeated' : 'RATE_LIMITED until then'}`, async () => {
      const clock = fakeClock();
      const budget = createRequestBudget({ configured: null, clock });
      assert.equal(refused(budget, clock, headers(clock)), expected);
      if (expected !== null) {
        assert.equal(await wait(budget, clock), expected);
        clock.pass(expected);
        assert.equal(await wait(budget, clock), null);
      }
    });
  }

  test('is repeated twice, then RATE_LIMITED, and a minute passes where the registry said nothing', async () => {
    const clock = fakeClock();
    const budget = createRequestBudget({ configured: null, clock });
    assert.equal(refused(budget, clock, {}, 0), null);
    assert.equal(refused(budget, clock, {}, 1), null);
    assert.equal(refused(budget, clock, {}, 2), 60_000);
    assert.equal(await wait(budget, clock), 60_000);
  });
});
