import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readStoreAddress, requireStoreAddress } from '../../src/config/store-address.ts';

const parts = (text: string) => {
  const address = readStoreAddress(text);
  return address && [address.user, address.host, address.port, address.database];
};

describe('the address of a store in PostgreSQL', () => {
  test('has a user, a host and a database', () => {
    for (const [text, ...expected] of [
      ['postgres://panfed@db.example/panfed', 'panfed', 'db.example', 5432, 'panfed'],
      ['postgresql://a:b%40c@[::1]:5433/d?sslmode=require', 'a', '[::1]', 5433, 'd'],
      ['postgres://db.example/panfed?user=a&port=1', 'a', 'db.example', 1, 'panfed'],
      ['postgres://a@%2Frun%2Fpostgresql/d', 'a', '/run/postgresql', 5432, 'd'],
      ['postgres:///d?host=/run/postgresql&user=a', 'a', '/run/postgresql', 5432, 'd'],
      ['postgres://a:b@/d?host=/run/postgresql', 'a', '/run/postgresql', 5432, 'd'],
    ] as const) {
      assert.deepEqual(parts(text), expected, text);
    }
  });

  test('has its port, so that PGPORT does not count', () => {
    for (const [text, url] of [
      ['postgres://a@b/c', 'postgres://a@b/c?port=5432'],
      ['postgres://a@b/c?sslmode=require', 'postgres://a@b/c?sslmode=require&port=5432'],
      ['postgres://a@b:1/c', 'postgres://a@b:1/c'],
    ] as const) {
      assert.equal(readStoreAddress(text)?.url, url);
    }
  });

  for (const text of [
    'host=db.example password=s3cr3t dbname=panfed',
    'postgres://a:s3cr3t@db.example:notaport/panfed',
    'postgres://a:s3cr3t@db.example/',
    'postgres://a:s3cr3t@db.example',
    'postgres:///panfed?password=s3cr3t',
    'postgres://a:s3cr3t@/panfed',
    'postgres://db.example/panfed?password=s3cr3t',
    'postgres://a:s3cr3t/x@db.example/panfed',
    'postgres://a:12#s3cr3t@db.example/panfed',
    'postgres://a:s3cr3t@b:1,c:2/panfed',
    'postgres://a:s3cr3t%zz@b/panfed?user=%zz#',
    'mysql://a:s3cr3t@db.example/panfed',
    '/run/s3cr3t panfed',
  ]) {
    test(`is not ${text}, which is said without a secret`, () => {
      assert.throws(
        () => requireStoreAddress(text),
        ({ code, message, hint, cause }: Error & { code?: string; hint?: string }) =>
          code === 'CONFIG_INVALID' && cause === undefined && !`${message}${hint}`.includes('s3cr3t'),
      );
    });
  }
});
