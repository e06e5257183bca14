import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { answerHealth, answerReadiness, type ObservedHealth } from '../../src/http/health.ts';
import type { PolicyEngine } from '../../src/policy/engine.ts';
import type { StoreHealth } from '../../src/store/health.ts';
import { startHttpServer } from '../support/http-server.ts';

type Modules = ReturnType<PolicyEngine['modules']>;

const moduleOf = (owner: string, status: 'ACTIVE' | 'FAILED'): Modules[number] =>
  ({ owner, status, revision: 'sha256:0' }) as unknown as Modules[number];

const storeThat = (health: StoreHealth): ObservedHealth => ({ health: () => health });

async function ask(context: TestContext, path: string, modules: Modules, store: ObservedHealth = null) {
  const policy = { modules: () => modules } as unknown as PolicyEngine;
  const server = await startHttpServer((_, response) =>
    path === '/healthz' ? answerHealth(response, store) : answerReadiness(response, policy, store),
  );
  context.after(() => server.close());
  const response = await fetch(`${server.origin}${path}`);
  return { status: response.status, body: (await response.json()) as unknown };
}

describe('readiness', () => {
  test('is given where the federation’s and the preference module are in force', async (context) => {
    const modules = [moduleOf('federation', 'ACTIVE'), moduleOf('preference', 'ACTIVE')];
    assert.deepEqual(await ask(context, '/readyz', modules), { status: 200, body: { status: 'ready' } });
  });

  for (const owner of ['federation', 'preference']) {
    test(`is not where the module of ${owner} failed, which is named`, async (context) => {
      const modules = ['federation', 'preference'].map((one) =>
        moduleOf(one, one === owner ? 'FAILED' : 'ACTIVE'),
      );
      const body = { status: 'not ready', policies: [owner] };
      assert.deepEqual(await ask(context, '/readyz', modules), { status: 503, body });
    });
  }

  test('is not where a module is missing', async (context) => {
    assert.equal((await ask(context, '/readyz', [moduleOf('federation', 'ACTIVE')])).status, 503);
    assert.equal((await ask(context, '/readyz', [])).status, 503);
  });

  test('is given though a lab’s own module failed: that is the lab’s outcome', async (context) => {
    const modules = [
      moduleOf('federation', 'ACTIVE'),
      moduleOf('preference', 'ACTIVE'),
      moduleOf('esrf', 'FAILED'),
    ];
    assert.equal((await ask(context, '/readyz', modules)).status, 200);
  });
});

test('health is that the process answers, whatever its policies', async (context) => {
  assert.deepEqual(await ask(context, '/healthz', []), { status: 200, body: { status: 'ok' } });
});

describe('a store', () => {
  const MODULES = [moduleOf('federation', 'ACTIVE'), moduleOf('preference', 'ACTIVE')];
  const SINCE = Date.UTC(2026, 4, 1);

  test('that cannot be used is said, by a gateway that is well and ready', async (context) => {
    const store = storeThat({ status: 'FAILING', code: 'STORE_UNAVAILABLE', since: SINCE });
    const said = { status: 'FAILING', code: 'STORE_UNAVAILABLE', since: '2026-05-01T00:00:00.000Z' };
    assert.deepEqual(await ask(context, '/healthz', [], store), {
      status: 200,
      body: { status: 'ok', store: said },
    });
    assert.deepEqual(await ask(context, '/readyz', MODULES, store), {
      status: 200,
      body: { status: 'ready', store: said },
    });
  });

  test('that can be used is not spoken of', async (context) => {
    const store = storeThat({ status: 'OK' });
    assert.deepEqual((await ask(context, '/healthz', [], store)).body, { status: 'ok' });
    assert.deepEqual((await ask(context, '/readyz', MODULES, store)).body, { status: 'ready' });
  });
});
