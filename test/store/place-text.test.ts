import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { placeText } from '../../src/store/place-text.ts';

describe('the place of a store, for people', () => {
  test('is the path of a SQLite file', () => {
    assert.equal(
      placeText({ kind: 'sqlite', path: '/var/lib/panfed/store.sqlite' }),
      '/var/lib/panfed/store.sqlite',
    );
  });

  for (const url of [
    'postgres://panfed:s3cr3t@db.example:5433/panfed',
    'postgres://panfed:s3cr3t@db.example:5433/panfed?application_name=s3cr3t',
    'postgresql://db.example:5433/panfed?user=panfed&password=s3cr3t',
    'postgres://panfed:p%40s3cr3t%2F@db.example:5433/panfed?sslmode=require',
  ]) {
    test(`is PostgreSQL’s address without its password (${url})`, () => {
      assert.equal(placeText({ kind: 'postgres', url }), 'postgres://panfed@db.example:5433/panfed');
    });
  }

  test('has nothing of an address that cannot be read', () => {
    for (const url of [
      'postgres://panfed:s3cr3t@a:1,b:2/panfed',
      'postgres://[s3cr3t',
      'host=a password=s3cr3t',
    ]) {
      assert.doesNotMatch(placeText({ kind: 'postgres', url }), /s3cr3t/);
    }
  });
});
