// What the poller does with an archive that takes too much: it may be the machine, and it may be the archive. And how
// the pollers of several labs share it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import pLimit from 'p-limit';
import pino from 'pino';
import { SYSTEM_CLOCK } from '../../../src/model/clock.ts';
import { FederationError } from '../../../src/model/errors.ts';
import type { BundleFetcher } from '../../../src/policy/distribution/bundle-fetcher.ts';
import {
  type SourcePollerOptions,
  startSourcePoller,
} from '../../../src/policy/distribution/source-poller.ts';
import { memoryState } from '../../../src/policy/distribution/state/memory-state.ts';

const OWNER = 'desy';

/** A lab that ships archives one after the other, each until it was handled; the last stays. */
function shipping(
  archives: readonly string[],
  rounds: number,
): { fetcher: BundleFetcher; done: Promise<void> } {
  const left = [...archives];
  let settle = () => {};
  const done = new Promise<void>((resolve) => {
    settle = resolve;
  });
  let asked = 0;
  const fetcher: BundleFetcher = {
    place: 'a lab',
    fetchNew: async (signal) => {
      asked += 1;
      if (asked > rounds) {
        settle();
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      }
      return Buffer.from(left[0] ?? '');
    },
    handled: () => {
      if (left.length > 1) left.shift();
    },
    pause: () => 0,
  };
  return { fetcher, done };
}

/** What a poller did within so many polls. */
async function deliveries(
  archives: readonly string[],
  rounds: number,
  accept: SourcePollerOptions['accept'],
  limit: SourcePollerOptions['limit'] = pLimit(1),
) {
  const { fetcher, done } = shipping(archives, rounds);
  const accepted: string[] = [];
  const told: string[] = [];
  const ended: string[] = [];
  const waited: string[] = [];
  const codeOf = (error: unknown) => (error instanceof FederationError ? error.code : String(error));
  const poller = startSourcePoller({
    ...{
      owner: OWNER,
      fetcher,
      state: memoryState(),
      limit,
      clock: { ...SYSTEM_CLOCK, wall: () => 0 },
      logger: pino({ level: 'silent' }),
    },
    accept: (archive, signal) => {
      accepted.push(Buffer.from(archive).toString());
      return accept(archive, signal);
    },
    onAsked: () => {},
    onArrived: () => {},
    onChange: (_, error) => void told.push(error === null ? 'kept' : error.code),
    onRound: (_, error) => void ended.push(codeOf(error)),
    waitAfter: (failures, code) => {
      waited.push(`${code} ${failures}`);
      return 0;
    },
  });
  await done;
  await poller.close();
  return { accepted, told, ended, waited };
}

const costly = () =>
  Promise.reject(new FederationError('POLICY_TOO_COSTLY', 'the build did not end within 1 ms'));

describe('an archive that is too costly to process', () => {
  test('is tried three times, reported once, and then left', async () => {
    const { accepted, told, ended, waited } = await deliveries(['one'], 5, costly);
    assert.deepEqual(accepted, ['one', 'one', 'one']);
    assert.deepEqual(told, ['POLICY_TOO_COSTLY']);
    assert.deepEqual(
      waited,
      [1, 2, 3].map((times) => `POLICY_TOO_COSTLY ${times}`),
    );
    const refused = Array.from({ length: 3 }, () => 'POLICY_TOO_COSTLY');
    assert.deepEqual(ended, [...refused, 'null', 'null']);
  });

  test('is kept where the machine is less busy the next time', async () => {
    let tries = 0;
    const { accepted, told, ended } = await deliveries(['one'], 3, () => {
      tries += 1;
      return tries === 1 ? costly() : Promise.resolve('kept');
    });
    assert.deepEqual(accepted, ['one', 'one']);
    assert.deepEqual(told, ['POLICY_TOO_COSTLY', 'kept']);
    assert.deepEqual(ended, ['POLICY_TOO_COSTLY', 'null', 'null']);
  });

  test('does not count for the one that comes after it', async () => {
    const { accepted } = await deliveries(['one', 'two'], 7, costly);
    assert.deepEqual(accepted, ['one', 'one', 'one', 'two', 'two', 'two']);
  });
});

test('a refused archive is refused once, and the poll reports why', async () => {
  const { accepted, told, ended, waited } = await deliveries(['one'], 2, () =>
    Promise.reject(new FederationError('POLICY_UNSIGNED', 'another key signed it')),
  );
  assert.deepEqual(
    { accepted, told, ended, waited },
    {
      accepted: ['one'],
      told: ['POLICY_UNSIGNED'],
      ended: ['POLICY_UNSIGNED', 'null'],
      waited: ['POLICY_UNSIGNED 1'],
    },
  );
});

test('a lab that ever has another archive to refuse is asked ever more seldom, until one is accepted', async () => {
  const archives = ['bad', 'worse', 'good', 'bad again'];
  const { accepted, waited } = await deliveries(archives, 4, (archive) =>
    Buffer.from(archive).includes('good')
      ? Promise.resolve('kept')
      : Promise.reject(new FederationError('POLICY_UNSIGNED', 'another key signed it')),
  );
  assert.deepEqual(accepted, archives);
  assert.deepEqual(waited, ['POLICY_UNSIGNED 1', 'POLICY_UNSIGNED 2', 'POLICY_UNSIGNED 1']);
});

describe('the pollers of several labs', () => {
  /** Takes in what lasts for so many milliseconds, and notes when it began and ended. */
  const lasting = (milliseconds: number, error?: FederationError) => {
    const spans: { readonly what: string; readonly began: number; readonly ended: number }[] = [];
    const accept: SourcePollerOptions['accept'] = async (archive) => {
      const began = performance.now();
      await setTimeout(milliseconds);
      spans.push({ what: Buffer.from(archive).toString(), began, ended: performance.now() });
      if (error !== undefined) throw error;
      return 'kept';
    };
    return { spans, accept };
  };

  for (const [what, error] of [
    ['accepted', undefined],
    ['refused', new FederationError('POLICY_TESTS_FAILED', '1 of 2 tests failed')],
    ['not accepted in', new FederationError('OPA_MISSING', 'OPA is needed and was not found')],
  ] as const) {
    test(`pause for as long as an archive took that was ${what}, whatever waits`, async () => {
      const { spans, accept } = lasting(60, error);
      await deliveries(['one', 'two', 'three'], 3, accept);
      assert.equal(spans.length, 3);
      for (const [index, { began }] of spans.entries()) {
        const before = spans[index - 1];
        // Timers know whole milliseconds.
        if (before !== undefined) assert.ok(began - before.ended >= before.ended - before.began - 2);
      }
    });
  }

  test('process archives one after the other, a lab with many of them after one that has waited', async () => {
    const { spans, accept } = lasting(30);
    const limit = pLimit(1);
    await Promise.all([
      deliveries(['a 1', 'a 2', 'a 3'], 3, accept, limit),
      deliveries(['b 1'], 1, accept, limit),
      deliveries(['c 1'], 1, accept, limit),
    ]);
    assert.deepEqual(
      spans.map(({ what }) => what),
      ['a 1', 'b 1', 'c 1', 'a 2', 'a 3'],
    );
    assert.ok(spans.every(({ began }, index) => began >= (spans[index - 1]?.ended ?? 0)));
  });

  test('do not pause for the time in which another one ran', async () => {
    const limit = pLimit(1);
    const { spans, accept } = lasting(200);
    await Promise.all([
      deliveries(['a 1', 'a 2'], 2, accept, limit),
      deliveries(
        ['b 1', 'b 2'],
        2,
        async (archive) => {
          const at = performance.now();
          spans.push({ what: Buffer.from(archive).toString(), began: at, ended: at });
          return 'kept';
        },
        limit,
      ),
    ]);
    assert.deepEqual(
      spans.map(({ what }) => what),
      ['a 1', 'b 1', 'b 2', 'a 2'],
    );
  });
});
