import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import pino from 'pino';
import type { Catalog, RegistryState } from '../../src/catalog/catalog.ts';
import { limitsSchema } from '../../src/config/limits.ts';
import type { Listener } from '../../src/http/listener.ts';
import { createMetrics, type Metrics } from '../../src/http/metrics.ts';
import { startMetricsServer } from '../../src/http/metrics-server.ts';
import { type ServerOptions, startServer } from '../../src/http/server.ts';
import { SYSTEM_CLOCK } from '../../src/model/clock.ts';
import type { PolicyEngine } from '../../src/policy/engine.ts';

const NOW = 1_700_000_060_000;

const state = (fields: Partial<RegistryState>): RegistryState =>
  ({
    facility: 'esrf',
    registry: 'main',
    kind: 'graphql',
    snapshot: null,
    failure: null,
    tookMs: 1,
    checkedAt: null,
    status: 'ERROR',
    ...fields,
  }) as RegistryState;

const STATES = [
  state({
    status: 'OK',
    checkedAt: NOW - 30_000,
    snapshot: { records: [{}, {}], quarantinedCount: 3 } as never,
  }),
  state({ facility: 'psi', status: 'TIMEOUT' }),
];

const TOKEN = 'a token of the operator';
const FREE = { host: '127.0.0.1', port: 0 };

let metrics: Metrics;
let server: Listener;

/** The fields of a policy that is not a lab's own signed source. */
const UNSIGNED = { version: null, signer: null };

before(async () => {
  metrics = createMetrics({
    observed: () => ({
      store: null,
      catalog: { states: () => STATES } as unknown as Catalog,
      policy: {
        modules: () => [
          { ...{ owner: 'federation', status: 'ACTIVE', revision: 'sha256:a' }, ...UNSIGNED, activated: NOW },
          { ...{ owner: 'esrf', status: 'FAILED', revision: null }, ...UNSIGNED, activated: null },
          {
            ...{ owner: 'desy', status: 'ACTIVE', revision: 'sha256:b', activated: NOW },
            ...{ version: 7, signer: 'desy-2026' },
          },
        ],
      } as unknown as PolicyEngine,
    }),
    token: TOKEN,
    clock: { wall: () => NOW },
  });
  server = await startMetricsServer(metrics, FREE, pino({ level: 'silent' }));
});
after(() => server.close(0));

const scrape = async (authorization = `Bearer ${TOKEN}`) => {
  const response = await fetch(`${server.url}/metrics`, { headers: { authorization } });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
};

describe('access to metrics', () => {
  test('is given to a client with the token, from anywhere', async () => {
    const { status, type } = await scrape();
    assert.deepEqual([status, type], [200, 'text/plain; version=0.0.4; charset=utf-8']);
  });

  const others = ['', 'Bearer', 'Bearer ', 'Bearer a token of the operato', 'Bearer null', TOKEN];

  test('is given to nobody else where there is a token, not even on their own address', async () => {
    for (const authorization of others) {
      const { status, text } = await scrape(authorization);
      assert.equal(status, 403, authorization);
      assert.doesNotMatch(text, /panfed_/);
    }
  });

  describe('where there is no token', () => {
    const open = createMetrics({ observed: () => null, token: null, clock: { wall: () => NOW } });

    test('is given to every client of their own address', async () => {
      const own = await startMetricsServer(open, FREE, pino({ level: 'silent' }));
      try {
        assert.equal((await fetch(`${own.url}/metrics`)).status, 200);
        assert.equal((await fetch(own.url)).status, 404);
        assert.equal(
          await statusOf(own, 'GET /metrics HTTP/1.1\r\nHost: page.example\r\nConnection: close\r\n\r\n'),
          403,
          'a page that has its own name resolve to loopback',
        );
      } finally {
        await own.close(0);
      }
    });

    test('nobody on the gateway’s address, this machine neither', async () => {
      const options = {
        ...{ metrics: open, limits: limitsSchema.parse({}), origins: [], corsHeaders: [] },
        clock: SYSTEM_CLOCK,
      };
      const running = await startServer(options as unknown as ServerOptions, '127.0.0.1', 0);
      try {
        for (const authorization of [...others, 'Bearer undefined']) {
          assert.equal(
            (await fetch(`${running.url}/metrics`, { headers: { authorization } })).status,
            403,
            authorization,
          );
        }
        assert.equal(await statusOf(running, 'GET /graphql/../metrics HTTP/1.0\r\n\r\n'), 404);
      } finally {
        await running.close();
      }
    });
  });
});

/** The status of what is answered to these bytes, which fetch would not send. */
async function statusOf({ port }: { readonly port: number }, bytes: string): Promise<number> {
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
  let text = '';
  socket.setEncoding('latin1').on('data', (data) => {
    text += data;
  });
  await once(socket, 'close');
  return Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]);
}

test('a scrape that fails is answered with 500, and the next one is answered', async () => {
  let broken = true;
  const failing = createMetrics({
    observed: () => {
      if (broken) throw new Error('the catalog is gone');
      return null;
    },
    token: TOKEN,
    clock: { wall: () => NOW },
  });
  const logged: string[] = [];
  const options = {
    metrics: failing,
    limits: limitsSchema.parse({}),
    origins: [],
    corsHeaders: [],
    demo: false,
    clock: SYSTEM_CLOCK,
    logger: pino({}, { write: (line: string) => logged.push(line) }),
  };
  const running = await startServer(options as unknown as ServerOptions, '127.0.0.1', 0);
  try {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const response = await fetch(`${running.url}/metrics`, { headers, signal: AbortSignal.timeout(10_000) });
    assert.equal(response.status, 500);
    assert.doesNotMatch(await response.text(), /catalog|panfed_/);
    assert.match(logged.join(''), /the catalog is gone/);
    broken = false;
    assert.equal((await fetch(`${running.url}/metrics`, { headers })).status, 200);
  } finally {
    await running.close();
  }
});

describe('metrics show', () => {
  test('each registry as it is at the scrape, without an age where it was never checked', async () => {
    const { text } = await scrape();
    for (const line of [
      'panfed_registry_up{facility="esrf",registry="main"} 1',
      'panfed_registry_up{facility="psi",registry="main"} 0',
      'panfed_registry_records{facility="esrf",registry="main"} 2',
      'panfed_registry_quarantined{facility="esrf",registry="main"} 3',
      'panfed_registry_age_seconds{facility="esrf",registry="main"} 30',
      'panfed_policy_active{owner="federation"} 1',
      'panfed_policy_active{owner="esrf"} 0',
      'panfed_policy_activated_timestamp_seconds{owner="federation",revision="sha256:a"} 1700000060',
    ]) {
      assert.ok(text.includes(`${line}\n`), line);
    }
    assert.doesNotMatch(text, /panfed_registry_age_seconds\{facility="psi"/);
    assert.doesNotMatch(text, /panfed_policy_activated_timestamp_seconds\{owner="esrf"/);
    assert.deepEqual(text.match(/^panfed_policy_version.*$/gm), [
      'panfed_policy_version{owner="desy",signer="desy-2026"} 7',
    ]);
  });

  test('requests by route and status, dropped claims, and failed policies', async () => {
    metrics.request('/graphql', 200, 0.004);
    metrics.request('/graphql', 200, 0.004);
    metrics.dropped('https://aai.example', 'groups', 2);
    metrics.policies.failed('esrf', 'undefined', 7);
    metrics.policies.evaluated('esrf', 5, 2_000);
    metrics.policies.explained('esrf', 300, 1_000);
    metrics.policies.activated('esrf');
    metrics.policies.refused('esrf', 'POLICY_REPLAYED');
    metrics.policySourceAsked('esrf');
    const { text } = await scrape();
    assert.match(text, /^panfed_request_seconds_count\{route="\/graphql",status="200"\} 2$/m);
    assert.match(text, /^panfed_request_seconds_bucket\{le="0.005",route="\/graphql",status="200"\} 2$/m);
    assert.match(text, /^panfed_claims_dropped_total\{issuer="https:\/\/aai.example",claim="groups"\} 2$/m);
    assert.match(text, /^panfed_policy_failures_total\{owner="esrf",cause="undefined"\} 7$/m);
    assert.match(text, /^panfed_policy_evaluation_seconds_total\{owner="esrf"\} 2$/m);
    assert.match(text, /^panfed_policy_explanation_evaluations_total\{owner="esrf"\} 300$/m);
    assert.match(text, /^panfed_policy_explanation_seconds_total\{owner="esrf"\} 1$/m);
    assert.match(text, /^panfed_policy_activation_failures_total\{owner="esrf",code="POLICY_REPLAYED"\} 1$/m);
    assert.match(text, /^panfed_policy_activations_total\{owner="esrf"\} 1$/m);
    assert.match(text, /^panfed_policy_source_asked_timestamp_seconds\{owner="esrf"\} \d+(?:\.\d+)?$/m);
  });
});

test('metrics of a store are left out where there is none', async () => {
  const { text } = await scrape();
  assert.match(text, /^# HELP panfed_store_up /m);
  assert.doesNotMatch(text, /^panfed_store_(?:up|bytes) /m);
});
