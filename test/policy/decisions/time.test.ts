import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { projectionOf } from '../../../src/policy/decisions/projection.ts';
import { projectSubject } from '../../../src/policy/decisions/subject-projection.ts';
import {
  BUCKETS,
  bucketEnd,
  bucketName,
  readsTime,
  requestTime,
  WEEKDAYS,
} from '../../../src/policy/decisions/time.ts';
import fc from '../../support/fast-check.ts';
import { place, subject } from '../../support/subjects.ts';

const NOON = Date.UTC(2026, 10, 21, 12, 34, 56, 789);
const bucket = fc.constantFrom(...Object.values(BUCKETS));
/** From 1970 to 9999. */
const time = fc.integer({ min: 0, max: Date.UTC(9999, 11, 30) });

describe('the time of a request', () => {
  test('is the start of its bucket, in UTC', () => {
    assert.deepEqual(requestTime(NOON, BUCKETS['15m']), {
      start: '2026-11-21T12:30:00Z',
      weekday: 'saturday',
      hour: 12,
    });
    assert.equal(requestTime(NOON, BUCKETS['6h']).start, '2026-11-21T12:00:00Z');
    assert.deepEqual(requestTime(NOON, BUCKETS['1d']), {
      start: '2026-11-21T00:00:00Z',
      weekday: 'saturday',
      hour: 0,
    });
  });

  test('is one for the whole of a bucket, and another from its end on', () => {
    fc.assert(
      fc.property(
        time,
        bucket,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (now, of, share) => {
          const told = requestTime(now, of);
          const start = Date.parse(told.start);
          const end = bucketEnd(now, of);
          assert.equal(end - start, of * 1_000);
          assert(start <= now && now < end);
          assert.deepEqual(requestTime(start + Math.floor(share * of * 1_000), of), told);
          assert.equal(requestTime(end, of).start > told.start, true);
        },
      ),
    );
  });

  test('has a start that compares as text as the times do', () => {
    fc.assert(
      fc.property(time, time, bucket, (one, other, of) => {
        const [a, b] = [requestTime(one, of).start, requestTime(other, of).start];
        assert.match(a, /^\d{4}-\d\d-\d\dT\d\d:\d\d:00Z$/);
        assert.equal(a < b, Date.parse(a) < Date.parse(b));
      }),
    );
  });

  test('has a weekday that is that of every moment of its bucket', () => {
    fc.assert(
      fc.property(time, bucket, (now, of) => {
        const last = new Date(bucketEnd(now, of) - 1);
        assert.equal(requestTime(now, of).weekday, WEEKDAYS[last.getUTCDay()]);
        assert.equal(requestTime(now, of).weekday, WEEKDAYS[new Date(now).getUTCDay()]);
      }),
    );
  });
});

test('buckets are called as policies declare them', () => {
  assert.deepEqual(Object.values(BUCKETS).map(bucketName), Object.keys(BUCKETS));
  for (const seconds of Object.values(BUCKETS)) assert.equal(86_400 % seconds, 0);
});

test('the time is read by its fields, by its name, and with the request as a whole', () => {
  for (const path of [['request'], ['request', 'time'], ['request', 'time', 'hour']]) assert(readsTime(path));
  for (const path of [['request', 'at'], ['record', 'time'], ['subject']]) assert(!readsTime(path));
});

describe('a subject, as a module sees it', () => {
  const at = place();
  const who = subject();

  test('has no time if the module declares no bucket', () => {
    const projection = projectionOf([['request', 'at', 'facility']]);
    const projected = projectSubject({ projection, bucket: null }, who, at, NOON);
    assert.deepEqual(projected, { subject: '{}', request: '{"at":{"facility":"esrf"}}', until: null });
    assert.deepEqual(projectSubject({ projection, bucket: null }, who, at, 0), projected);
  });

  test('has what the module reads of the time, and no more', () => {
    const projection = projectionOf([['request', 'time', 'weekday']]);
    const projected = projectSubject({ projection, bucket: BUCKETS['1h'] }, who, at, NOON);
    assert.equal(projected.request, '{"time":{"weekday":"saturday"}}');
    assert.equal(projected.until, Date.UTC(2026, 10, 21, 13));
  });
});
