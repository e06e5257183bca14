import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { inspectConfig } from '../../src/config/load.ts';
import { configFile, LEAST, SECRET } from './folder.ts';

const ISSUER = 'issuers: [{url: "https://aai.esrf.eu", audience: [panfed], scopes: [esrf.eu]}]\n';
const POLICIES = 'policies: {federation: f.tar.gz, preference: p.tar.gz}\n';

async function warnings(context: TestContext, text: string): Promise<string[]> {
  const others = { 'f.tar.gz': '', 'p.tar.gz': '' };
  const path = await configFile(context, text + POLICIES, others);
  const inspection = await inspectConfig(path, { PANFED_SECRET: SECRET });
  return inspection.warnings.map(({ at, message }) => `${at}: ${message}`);
}

describe('warnings', () => {
  test('are empty for a configuration without doubts', async (context) => {
    assert.deepEqual(await warnings(context, LEAST + ISSUER), []);
  });

  test('report an entry whose names earlier ones all match', async (context) => {
    const rules =
      'repositories: [{match: "em/**", sharing: open}, {match: "em/xds", sharing: none}, {match: "**"}]';
    assert.deepEqual(await warnings(context, `${LEAST}        ${rules}\n${ISSUER}`), [
      'federation.yaml:13:65: em/xds never applies: earlier entries match everything that it matches',
    ]);
  });

  test('report a condition that nobody meets, and values that nothing reads', async (context) => {
    const rules =
      'repositories: [{match: a, conditions: [{kind: site}, {kind: academic, servers: [x]}, {kind: exportControl}]}]';
    const found = await warnings(context, `${LEAST}        ${rules}\n${ISSUER}`);
    assert.equal(found.length, 3);
    assert.match(
      found.join('\n'),
      /without facilities\n.*academic does not look at servers\n.*nobody meets exportControl/s,
    );
  });

  test('report missing files', async (context) => {
    const text = LEAST.replace(
      '    scopes',
      '    policy: esrf.tar.gz\n    extension: {schema: e.graphql}\n    scopes',
    );
    const found = await warnings(context, text + ISSUER);
    assert.equal(found.length, 2);
    assert.match(
      found.join('\n'),
      /esrf\.tar\.gz is missing: all records of esrf are denied.*\n.*e\.graphql is missing/,
    );
  });

  test('report a scope that no issuer may assert', async (context) => {
    assert.match((await warnings(context, LEAST)).join(), /no issuer may assert the scope esrf\.eu/);
  });

  describe('of a store that a demo cannot use again', () => {
    const DEMO = LEAST.replace('  secret: { env: PANFED_SECRET }\n', '');
    const STORE = 'store: { sqlite: store.sqlite }\n';

    async function found(context: TestContext, text: string): Promise<(readonly [string, string])[]> {
      const others = { 'f.tar.gz': '', 'p.tar.gz': '', 'esrf.yaml': '' };
      const path = await configFile(context, `demo: true\n${text}${POLICIES}`, others);
      const inspection = await inspectConfig(path, { PANFED_SECRET: SECRET });
      return inspection.warnings.map(({ message, hint }) => [message, hint ?? ''] as const);
    }

    test('say that its secret is made anew, and what to do', async (context) => {
      const [[message, hint] = ['', ''], ...others] = await found(context, DEMO + STORE);
      assert.match(message, /secret that it makes anew at each start: no crawl .* is used/);
      assert.match(hint, /federation: \{secret: \{env: PANFED_SECRET\}\}/);
      assert.deepEqual(others, []);
    });

    test('say that its catalogs are served at new addresses, and what to do', async (context) => {
      const catalog = LEAST.replace(/url: .*/, 'demo: esrf.yaml');
      const [[message, hint] = ['', ''], ...others] = await found(context, catalog + STORE);
      assert.match(message, /another address at each start: no crawl of it is used/);
      assert.match(hint, /panfed registry serve/);
      assert.deepEqual(others, []);
    });

    test('are none where there is a secret that stays, or no store', async (context) => {
      for (const text of [LEAST + STORE, DEMO, `${DEMO}store: none\n`]) {
        assert.deepEqual(await found(context, text), [], text);
      }
    });
  });
});
