import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Check } from '../../../src/cli/doctor/check.ts';
import { pass } from '../../../src/cli/doctor/check.ts';
import { createRun, inTime } from '../../../src/cli/doctor/run.ts';
import { SYSTEM_CLOCK } from '../../../src/model/clock.ts';
import type { HttpClient } from '../../../src/network/http-client.ts';
import { documentsInMemory } from '../../../src/sources/oci/known-documents.ts';
import { crawledRegistry } from '../../../src/sources/oci/registry.ts';
import { LIMITS } from '../../support/oci/crawl.ts';

const timeout = () => new DOMException('late', 'TimeoutError');

describe('a run', () => {
  test('has the checks of each step; once the time is over one fails and the others are skipped', async () => {
    const over = new AbortController();
    const checks: Check[] = [];
    const steps: string[] = [];
    const run = createRun(
      {
        httpClient: {} as HttpClient,
        clock: SYSTEM_CLOCK,
        signal: over.signal,
        sample: 1,
        onStep: (id) => steps.push(id),
      },
      checks,
    );
    await run.step(['api'], () => [pass('api', 'fine')]);
    over.abort(timeout());
    await run.step(['tags', 'digests'], () => assert.fail('it was begun'));
    await run.step(['records'], () => assert.fail('it was begun'));
    assert.deepEqual(
      checks.map(({ id, status }) => `${id} ${status}`),
      ['api pass', 'tags fail', 'digests skip', 'records skip'],
    );
    assert.deepEqual(steps, ['api', 'tags', 'records']);
  });
});

test('a registry that is asked after the end is late, and is not asked', async () => {
  const over = new AbortController();
  const registry = inTime(
    crawledRegistry({
      client: { ask: () => assert.fail('it was asked') },
      api: null,
      facility: 'kit',
      registry: 'main',
      limits: LIMITS,
      known: documentsInMemory(),
      signal: over.signal,
    }),
  );
  over.abort(timeout());
  const question = { path: '/v2/', scope: null, maxBytes: 1 };
  await assert.rejects(registry.ask(question), { code: 'SOURCE_TIMEOUT' });
});

test('a question that waits for its turn while the time ends is late', async () => {
  const over = new AbortController();
  const registry = inTime(
    crawledRegistry({
      client: {
        ask: async () => {
          over.abort(timeout());
          over.signal.throwIfAborted();
          return assert.fail('it was not late');
        },
      },
      api: null,
      facility: 'kit',
      registry: 'main',
      limits: LIMITS,
      known: documentsInMemory(),
      signal: over.signal,
    }),
  );
  await assert.rejects(registry.ask({ path: '/v2/', scope: null, maxBytes: 1 }), { code: 'SOURCE_TIMEOUT' });
});
