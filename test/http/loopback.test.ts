import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { refuseRebinding } from '../../src/http/loopback.ts';

const named = (host?: string): IncomingMessage => ({ headers: { host } }) as unknown as IncomingMessage;

test('the names and addresses of this machine are answered, and so is an old client that names no host', () => {
  for (const host of [
    'localhost',
    'localhost:4100',
    'a.localhost',
    '127.0.0.1:4100',
    '127.8.9.10',
    '[::1]:4100',
    undefined,
  ]) {
    assert.doesNotThrow(() => refuseRebinding(named(host)), host);
  }
});

test('a name that only resolves to this machine is refused', () => {
  for (const host of [
    'page.example:4100',
    '127.0.0.1.page.example',
    '10.0.0.1',
    'localhost.page.example',
    '[::2]',
  ]) {
    assert.throws(() => refuseRebinding(named(host)), { code: 'FORBIDDEN' }, host);
  }
});
