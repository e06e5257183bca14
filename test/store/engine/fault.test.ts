// What is said of faults that are hard to make: by the codes that SQLite, PostgreSQL and the file system have for them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FederationError } from '../../../src/model/errors.ts';
import { faultOf } from '../../../src/store/engine/fault.ts';

const PLACE = { kind: 'postgres', url: 'postgres://panfed:a-password@db.example/panfed' } as const;
const coded = (code: string): Error => Object.assign(new Error('their own words'), { code });

describe('a fault of the store', () => {
  for (const [thrown, code, what] of [
    [coded('53100'), 'STORE_UNAVAILABLE', 'its disk is full (53100)'],
    [coded('EDQUOT'), 'STORE_UNAVAILABLE', 'its disk is full (EDQUOT)'],
    [coded('SQLITE_CORRUPT_INDEX'), 'STORE_DAMAGED', 'its file is damaged (SQLITE_CORRUPT_INDEX)'],
    [coded('XX002'), 'STORE_DAMAGED', 'its tables are damaged (XX002)'],
    [coded('42P01'), 'STORE_DAMAGED', 'its tables are not those that panfed made (42P01)'],
    [coded('ENOTFOUND'), 'STORE_UNAVAILABLE', 'PostgreSQL cannot be reached (ENOTFOUND)'],
    [
      new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')]),
      'STORE_UNAVAILABLE',
      'PostgreSQL cannot be reached (ECONNREFUSED)',
    ],
    [new Error('timeout expired'), 'STORE_UNAVAILABLE', 'PostgreSQL cannot be reached (ECONNRESET)'],
    [
      coded('28P01'),
      'STORE_UNAVAILABLE',
      'PostgreSQL refuses the gateway’s user, its password or its database (28P01)',
    ],
    [
      coded('SQLITE_BUSY_SNAPSHOT'),
      'STORE_UNAVAILABLE',
      'somebody else holds it for too long, or it is too slow (SQLITE_BUSY_SNAPSHOT)',
    ],
    [
      coded('ENOENT'),
      'STORE_UNAVAILABLE',
      'a file or socket that its address names is not there, or the gateway’s user may not open it (ENOENT)',
    ],
    [
      coded('23503'),
      'STORE_UNAVAILABLE',
      'somebody else removed meanwhile what was to be written to it, as `panfed store prune` does (23503)',
    ],
    [new Error('their own words'), 'STORE_UNAVAILABLE', 'it does not do what it is asked'],
  ] as const) {
    test(`says: ${what}`, () => {
      const fault = faultOf(thrown, PLACE);
      assert.equal(fault.code, code);
      assert.equal(fault.message, `The store cannot be used: ${what}.`);
      assert.equal(fault.at, 'postgres://panfed@db.example:5432/panfed');
      assert.ok((fault.hint ?? '').length > 20);
      assert.equal(fault.cause, thrown);
    });
  }

  test('that was said already stays as it is', () => {
    const said = new FederationError('STORE_NEWER', 'The store has version 9.');
    assert.equal(faultOf(said, PLACE), said);
  });
});
