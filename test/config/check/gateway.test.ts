import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkGateway } from '../../../src/config/check/gateway.ts';
import { configSchema } from '../../../src/config/schema.ts';
import { FACILITIES } from '../../support/identity.ts';

function problems(federation: object, demo = true): readonly string[] {
  const found: string[] = [];
  const config = {
    ...configSchema.parse({ demo, federation: { name: 'Demo', ...federation }, facilities: FACILITIES }),
    baseDirectory: '/',
  };
  checkGateway(config, (_path, message) => found.push(message));
  return found;
}

test('a demo listens on loopback alone', () => {
  for (const host of ['127.0.0.1', '127.8.9.10', '::1', 'localhost']) {
    assert.deepEqual(problems({ listen: { host } }), []);
  }
  for (const host of ['0.0.0.0', '::', '192.168.1.2', 'panfed.example', '127.0.0.1.evil.example']) {
    assert.match(problems({ listen: { host } }).join(), /loopback/);
  }
});

test('a demo has no public URL', () => {
  const publicUrl = 'https://panfed.example';
  const secret = { env: 'PANFED_SECRET' };
  assert.match(problems({ publicUrl }).join(), /public URL/);
  assert.deepEqual(problems({ publicUrl, secret }, false), []);
});
