import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { applyOverrides } from '../../src/config/overrides.ts';
import { type Config, configSchema } from '../../src/config/schema.ts';
import { LEAST } from './folder.ts';

describe('applyOverrides', () => {
  const config: Config = { ...configSchema.parse(parse(LEAST)), baseDirectory: '/' };

  test('a flag overrides the environment, and the environment the file', () => {
    const listen = (flags: object, env: object) =>
      applyOverrides(config, flags, { ...env }).federation.listen;
    assert.deepEqual(listen({}, {}), { host: '127.0.0.1', port: 4000 });
    assert.deepEqual(listen({}, { HOST: '::1', PORT: '5000' }), { host: '::1', port: 5000 });
    assert.deepEqual(listen({ host: '0.0.0.0', port: '0' }, { HOST: '::1', PORT: '5000' }), {
      host: '0.0.0.0',
      port: 0,
    });
    assert.deepEqual(listen({}, { HOST: '', PORT: '' }), { host: '127.0.0.1', port: 4000 });
  });

  test('the given configuration is not changed', () => {
    applyOverrides(config, { port: 1 }, {});
    assert.equal(config.federation.listen.port, 4000);
  });

  test('an empty --host does not open the gateway to every network', () => {
    assert.throws(() => applyOverrides(config, { host: '' }, {}), { code: 'USAGE', at: '--host' });
  });

  test('an invalid port is refused where it was given', () => {
    assert.throws(() => applyOverrides(config, { port: '80a' }, {}), { code: 'USAGE', at: '--port' });
    assert.throws(() => applyOverrides(config, {}, { PORT: '65536' }), {
      code: 'CONFIG_INVALID',
      at: 'PORT',
    });
  });

  test('a demo does not leave loopback by a variable or a flag', () => {
    const demo = { ...config, demo: true };
    assert.throws(() => applyOverrides(demo, {}, { HOST: '0.0.0.0' }), {
      code: 'CONFIG_INVALID',
      at: 'HOST',
    });
    assert.throws(() => applyOverrides(demo, { host: '192.0.2.1' }, {}), {
      code: 'CONFIG_INVALID',
      at: '--host',
    });
    assert.equal(applyOverrides(demo, { host: 'localhost' }, {}).federation.listen.host, 'localhost');
  });
});
