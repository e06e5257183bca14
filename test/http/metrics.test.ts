import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import pino from 'pino';
import type { Catalog, RegistryState } from '../../src/catalog/catalog.ts';
import { limitsSchema } from '../../src/config/limits.ts';
import { createMetrics, type Metrics } from '../../src/http/metrics.ts';
import { type ServerOptions, startServer } from '../../src/http/server.ts';
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

let metrics: Metrics;
let url: string;
let server: ReturnType<typeof createServer>;

/** Of a policy that is no lab's own signed source. */
const UNSIGNED = { version: null, signer: null };

before(async () => {
  metrics = createMetrics({
    observed: () => ({
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
    token: 'a token of the operator',
    now: () => NOW,
  });
  server = createServer((request, response) => void metrics.answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => server.close());

const scrape = async (headers: Record<string, string> = {}) => {
  const response = await fetch(url, { headers });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
};

const PROXIED = { 'x-forwarded-for': '10.0.0.1' };

describe('who may read', () => {
  test('this machine itself', async () => {
    const { status, type } = await scrape();
    assert.deepEqual([status, type], [200, 'text/plain; version=0.0.4; charset=utf-8']);
  });

  test('nobody else without the token', async () => {
    for (const authorization of [
      '',
      'Bearer',
      'Bearer ',
      'Bearer a token of the operato',
      'Bearer null',
      'a token of the operator',
    ]) {
      const { status, text } = await scrape({ ...PROXIED, authorization });
      assert.equal(status, 403, authorization);
      assert.doesNotMatch(text, /panfed_/);
    }
  });

  test('who has the token, from anywhere', async () => {
    assert.equal((await scrape({ ...PROXIED, authorization: 'Bearer a token of the operator' })).status, 200);
  });

  test('no other machine where there is no token', async () => {
    const closed = createMetrics({ observed: () => null, token: null, now: () => NOW });
    const other = createServer((request, response) => void closed.answer(request, response));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    try {
      const address = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
      for (const authorization of ['Bearer ', 'Bearer null', 'Bearer']) {
        assert.equal((await fetch(address, { headers: { ...PROXIED, authorization } })).status, 403);
      }
      assert.equal((await fetch(address)).status, 200);
    } finally {
      other.close();
    }
  });
});

test('what cannot be told is an answer of 500, and the next scrape is answered', async () => {
  let broken = true;
  const failing = createMetrics({
    observed: () => {
      if (broken) throw new Error('the catalog is gone');
      return null;
    },
    token: null,
    now: () => NOW,
  });
  const logged: string[] = [];
  const options = {
    metrics: failing,
    limits: limitsSchema.parse({}),
    origins: [],
    demo: false,
    logger: pino({}, { write: (line: string) => logged.push(line) }),
  };
  const running = await startServer(options as unknown as ServerOptions, '127.0.0.1', 0);
  try {
    const response = await fetch(`${running.url}/metrics`, { signal: AbortSignal.timeout(10_000) });
    assert.equal(response.status, 500);
    assert.doesNotMatch(await response.text(), /catalog|panfed_/);
    assert.match(logged.join(''), /the catalog is gone/);
    broken = false;
    assert.equal((await fetch(`${running.url}/metrics`)).status, 200);
  } finally {
    await running.close();
  }
});

describe('what is told', () => {
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
