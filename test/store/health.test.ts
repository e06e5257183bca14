// What is remembered of failures, of which there may be as many as documents.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pino } from 'pino';
import { type ErrorCode, FederationError } from '../../src/model/errors.ts';
import { createStoreWatch, SHOWS, type StoreTask } from '../../src/store/health.ts';
import { fakeClock } from '../support/clock.ts';

const taskOf = (scope: string): StoreTask => ({
  ...{ shows: SHOWS.READ, needs: SHOWS.READ, mendedBy: SHOWS.WRITTEN },
  scope,
});

function watched() {
  let lines = 0;
  const logger = pino(
    {},
    {
      write: () => {
        lines += 1;
      },
    },
  );
  const watch = createStoreWatch(logger, fakeClock());
  const fail = (code: ErrorCode, count: number) => {
    for (let index = 0; index < count; index += 1)
      watch.failed(taskOf(`document ${index}`), new FederationError(code, 'it is not as it was'), 1);
  };
  return { watch, fail, lines: () => lines };
}

describe('the health of a store', () => {
  test('reports at most a thousand parts that are not used, each once', () => {
    const { fail, lines } = watched();
    fail('STORE_INVALID', 1_500);
    fail('STORE_INVALID', 1_500);
    assert.equal(lines(), 1_000);
  });

  test('remembers that there is more damage than it has room for, until another store is opened', () => {
    const { watch, fail } = watched();
    fail('STORE_DAMAGED', 1_500);
    for (let index = 0; index < 1_500; index += 1)
      watch.succeeded({ ...taskOf(`document ${index}`), shows: SHOWS.WRITTEN }, 1);
    assert.equal(watch.health().status, 'FAILING');
    watch.succeeded(taskOf('document 1'), 2);
    assert.deepEqual(watch.health(), { status: 'OK' });
  });

  test('is well again after any number of failures of what can be read', () => {
    const { watch, fail } = watched();
    fail('STORE_UNAVAILABLE', 1_500);
    watch.succeeded(taskOf('another'), 1);
    assert.deepEqual(watch.health(), { status: 'OK' });
  });
});
