import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLoopbackHost } from '../../src/config/loopback.ts';

test('loopback is this machine only, in every spelling', () => {
  for (const host of ['127.0.0.1', '127.1.2.3', '::1', '[::1]', 'localhost', 'LOCALHOST', 'a.localhost']) {
    assert.equal(isLoopbackHost(host), true, host);
  }
});

test('what only looks like loopback is not', () => {
  for (const host of [
    '0.0.0.0',
    '::',
    '127.0.0.1.example',
    'localhost.example',
    '128.0.0.1',
    '10.0.0.1',
    '',
  ]) {
    assert.equal(isLoopbackHost(host), false, host);
  }
});
