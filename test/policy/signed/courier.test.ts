// What a courier does with an archive that takes too much: it may be the machine, and it may be the archive.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import pino from 'pino';
import { FederationError } from '../../../src/model/errors.ts';
import type { Carrier } from '../../../src/policy/signed/carrier.ts';
import { type CourierOptions, startCourier } from '../../../src/policy/signed/courier.ts';
import { memoryState } from '../../../src/policy/signed/memory-state.ts';

const OWNER = 'desy';

/** A lab that ships archives one after the other, each until it was handled; the last stays. */
function shipping(archives: readonly string[], rounds: number): { carrier: Carrier; done: Promise<void> } {
  const left = [...archives];
  let settle = () => {};
  const done = new Promise<void>((resolve) => {
    settle = resolve;
  });
  let asked = 0;
  const carrier: Carrier = {
    place: 'a lab',
    bring: async (signal) => {
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
  return { carrier, done };
}

/** What a courier did within so many rounds. */
async function deliveries(archives: readonly string[], rounds: number, take: CourierOptions['take']) {
  const { carrier, done } = shipping(archives, rounds);
  const taken: string[] = [];
  const told: string[] = [];
  const ended: string[] = [];
  const waited: string[] = [];
  const codeOf = (error: unknown) => (error instanceof FederationError ? error.code : String(error));
  const courier = startCourier({
    ...{ owner: OWNER, carrier, state: memoryState(), now: () => 0, logger: pino({ level: 'silent' }) },
    take: (archive, signal) => {
      taken.push(Buffer.from(archive).toString());
      return take(archive, signal);
    },
    onAsked: () => {},
    onArrived: () => {},
    onChange: (_, error) => void told.push(error === null ? 'kept' : error.code),
    onRound: (_, error) => void ended.push(codeOf(error)),
    backoff: (failures, code) => {
      waited.push(`${code} ${failures}`);
      return 0;
    },
  });
  await done;
  await courier.close();
  return { taken, told, ended, waited };
}

const costly = () =>
  Promise.reject(new FederationError('POLICY_TOO_COSTLY', 'the build did not end within 1 ms'));

describe('an archive that is too costly to take in', () => {
  test('is tried three times, told of once, and then left', async () => {
    const { taken, told, ended, waited } = await deliveries(['one'], 5, costly);
    assert.deepEqual(taken, ['one', 'one', 'one']);
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
    const { taken, told, ended } = await deliveries(['one'], 3, () => {
      tries += 1;
      return tries === 1 ? costly() : Promise.resolve('kept');
    });
    assert.deepEqual(taken, ['one', 'one']);
    assert.deepEqual(told, ['POLICY_TOO_COSTLY', 'kept']);
    assert.deepEqual(ended, ['POLICY_TOO_COSTLY', 'null', 'null']);
  });

  test('does not count for the one that comes after it', async () => {
    const { taken } = await deliveries(['one', 'two'], 7, costly);
    assert.deepEqual(taken, ['one', 'one', 'one', 'two', 'two', 'two']);
  });
});

test('an archive that is refused is refused once, and the round says why', async () => {
  const { taken, told, ended, waited } = await deliveries(['one'], 2, () =>
    Promise.reject(new FederationError('POLICY_UNSIGNED', 'another key signed it')),
  );
  assert.deepEqual(
    { taken, told, ended, waited },
    {
      taken: ['one'],
      told: ['POLICY_UNSIGNED'],
      ended: ['POLICY_UNSIGNED', 'null'],
      waited: ['POLICY_UNSIGNED 1'],
    },
  );
});

test('a lab that ever has another archive to refuse is asked ever more seldom, until one is taken', async () => {
  const archives = ['bad', 'worse', 'good', 'bad again'];
  const { taken, waited } = await deliveries(archives, 4, (archive) =>
    Buffer.from(archive).includes('good')
      ? Promise.resolve('kept')
      : Promise.reject(new FederationError('POLICY_UNSIGNED', 'another key signed it')),
  );
  assert.deepEqual(taken, archives);
  assert.deepEqual(waited, ['POLICY_UNSIGNED 1', 'POLICY_UNSIGNED 2', 'POLICY_UNSIGNED 1']);
});
