import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decisionLogSchema } from '../../src/config/decision-log.ts';
import { loadConfig } from '../../src/config/load.ts';
import { configFile, LEAST, SECRET } from './folder.ts';

const file = { path: 'decisions.ndjson' };
const http = { url: 'https://logs.example/logs' };

describe('telemetry.decisionLog', () => {
  test('is either a file or a service', () => {
    assert.ok(decisionLogSchema.safeParse({ file }).success);
    assert.ok(decisionLogSchema.safeParse({ http }).success);
    for (const wrong of [{}, { file, http }]) {
      const { error } = decisionLogSchema.safeParse(wrong);
      assert.match(error?.issues[0]?.message ?? '', /either file or http/);
    }
  });

  test('is off by default', async (context) => {
    const config = await loadConfig(await configFile(context, LEAST), { PANFED_SECRET: SECRET });
    assert.equal(config.telemetry.decisionLog, undefined);
  });

  test('is sent unencrypted to this machine only, and never with a password in its address', () => {
    const accepts = (url: string) => decisionLogSchema.safeParse({ http: { url } }).success;
    assert.ok(accepts('http://127.0.0.1:8181/logs'));
    assert.ok(!accepts('http://logs.example/logs'));
    assert.ok(!accepts('https://user:password@logs.example/logs'));
  });

  test('names its token, which must exist and be valid', async (context) => {
    const text = `${LEAST}\ntelemetry: { decisionLog: { http: { url: "${http.url}", token: { env: LOG_TOKEN } } } }\n`;
    const path = await configFile(context, text);
    const load = (token: Record<string, string>) => loadConfig(path, { PANFED_SECRET: SECRET, ...token });
    await assert.rejects(load({}), { code: 'CONFIG_INVALID', message: /LOG_TOKEN is not set/ });
    await assert.rejects(load({ LOG_TOKEN: 'two words' }), {
      code: 'CONFIG_INVALID',
      message: /not a bearer token/,
    });
    await load({ LOG_TOKEN: 's3cret' });
  });
});
