import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { isLocal } from '../../src/http/loopback.ts';

const from = (remoteAddress: string | undefined, headers: Record<string, string> = {}): boolean =>
  isLocal({ socket: { remoteAddress }, headers } as unknown as IncomingMessage);

test('loopback is 127.0.0.0/8 and ::1, also as IPv4 within IPv6', () => {
  for (const address of ['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1'])
    assert.equal(from(address), true, address);
});

test('no other address is, nor a connection that has none any more', () => {
  for (const address of [
    '10.0.0.1',
    '192.168.127.1',
    '128.0.0.1',
    '1127.0.0.1',
    '::',
    '::2',
    'fe80::1',
    '::ffff:10.0.0.1',
    '127.0.0.1.evil',
    '',
  ]) {
    assert.equal(from(address), false, address);
  }
  assert.equal(from(undefined), false);
});

test('what came through a proxy on this machine came from elsewhere', () => {
  assert.equal(from('127.0.0.1', { forwarded: 'for=127.0.0.1' }), false);
  assert.equal(from('127.0.0.1', { 'x-forwarded-for': '' }), false);
  assert.equal(from('::1', { 'x-forwarded-proto': 'https' }), false);
  assert.equal(from('::1', { via: '1.1 proxy' }), false);
  assert.equal(from('::1', { 'x-real-ip': '10.0.0.1' }), false);
  assert.equal(from('::1', { 'x-forward': 'x' }), true);
});

test('what asks for another host’s name is a page of that host', () => {
  for (const host of ['localhost', 'localhost:4000', '127.0.0.1:4000', '[::1]:4000', 'gateway.localhost'])
    assert.equal(from('127.0.0.1', { host }), true, host);
  for (const host of ['rebound.example', 'rebound.example:4000', '127.0.0.1.rebound.example', '', 'a b'])
    assert.equal(from('127.0.0.1', { host }), false, host);
});
