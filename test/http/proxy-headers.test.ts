import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cameThroughProxy } from '../../src/http/proxy-headers.ts';

test('a request came through a proxy if a header says so, in any case', () => {
  for (const name of [
    'forwarded',
    'Forwarded',
    'x-forwarded-for',
    'X-Forwarded-Host',
    'x-forwarded-',
    'Via',
    'X-Real-IP',
  ]) {
    assert.equal(cameThroughProxy(['host', name]), true, name);
  }
});

test('a request with headers of other names came directly', () => {
  assert.equal(cameThroughProxy(['host', 'authorization', 'x-forwardedfor', 'x-request-id']), false);
});
