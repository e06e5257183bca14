import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bringsBearer } from '../../src/http/bearer-secret.ts';

const brings = (authorization: string | undefined, token = 'secret') =>
  bringsBearer({ headers: authorization === undefined ? {} : { authorization } }, token);

test('the token is accepted, with the scheme in any case', () => {
  assert.ok(brings('Bearer secret'));
  assert.ok(brings('bearer  secret'));
});

test('another token, part of it, another scheme and no header are refused', () => {
  for (const header of [
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'secret',
    'Basic secret',
    'Bearer secre',
    'Bearer secret x',
  ]) {
    assert.equal(brings(header), false, header);
  }
});

test('an empty token lets nobody in', () => {
  assert.equal(brings('Bearer ', ''), false);
  assert.equal(brings(undefined, ''), false);
});
