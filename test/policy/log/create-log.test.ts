// The decision log as its configuration asks for it, under a real engine.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import type { z } from 'zod';
import { decisionLogSchema } from '../../../src/config/decision-log.ts';
import { SYSTEM_CLOCK } from '../../../src/model/clock.ts';
import { createHttpClient } from '../../../src/network/create-http-client.ts';
import { createDecisionLog, type DecisionLogOptions } from '../../../src/policy/log/create-log.ts';
import { countingLog } from '../../support/decision-log.ts';
import { noDoor } from '../../support/identity.ts';
import { snapshotOf, testEngine } from '../../support/policies.ts';
import { imageRecord } from '../../support/records.ts';
import { subject } from '../../support/subjects.ts';

const BUNDLES = fileURLToPath(new URL('../../../policies/bundle', import.meta.url));

async function folder(context: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'panfed-test-log-'));
  context.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

function optionsOf(
  config: z.input<typeof decisionLogSchema> | undefined,
  options: Partial<DecisionLogOptions> = {},
): DecisionLogOptions {
  return {
    config: config === undefined ? undefined : decisionLogSchema.parse(config),
    baseDirectory: '/nowhere',
    federation: 'Test labs',
    httpClient: noDoor,
    secret: async () => assert.fail('no secret is named'),
    logger: pino({ level: 'silent' }),
    counters: countingLog().counters,
    clock: SYSTEM_CLOCK,
    ...options,
  };
}

describe('a decision log', () => {
  test('is absent if none is configured', async () => {
    const log = await createDecisionLog(optionsOf(undefined));
    log.used({}, () => assert.fail('nobody wants to know'));
    await log.close();
  });

  test('is written to a path that starts at the configuration’s folder, labelled, and counted', async (context) => {
    const baseDirectory = await folder(context);
    const { counters, written, dropped } = countingLog();
    const file = { path: 'log/decisions.ndjson' };
    const log = await createDecisionLog(optionsOf({ file }, { baseDirectory, counters }));
    await using engine = await testEngine({ folder: BUNDLES, decisionLog: log });
    await engine.decide([snapshotOf([imageRecord()])], subject(), null);
    await log.close();
    const text = await readFile(join(baseDirectory, 'log', 'decisions.ndjson'), 'utf8');
    const entries = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      entries.map(({ path }) => path),
      ['panfed/federation/decision', 'panfed/verdict'],
    );
    for (const { labels } of entries) {
      assert.deepEqual(Object.keys(labels), ['app', 'federation', 'id', 'version']);
      assert.equal(labels.federation, 'Test labs');
      assert.match(labels.version, /^\d+\.\d+\.\d+/);
    }
    assert.deepEqual([written.entries, dropped.size], [2, 0]);
  });

  test('logs uses once in each interval, and not only at the end', async (context) => {
    context.mock.timers.enable({ apis: ['setInterval'] });
    const baseDirectory = await folder(context);
    const file = { path: 'decisions.ndjson' };
    const log = await createDecisionLog(optionsOf({ file, interval: 60, delay: 0 }, { baseDirectory }));
    const told: string[] = [];
    const verdict = {};
    for (const minute of ['first', 'second']) {
      log.used(verdict, () => {
        told.push(minute);
        const none = { records: 0, discover: 0, pull: 0, execute: 0, modules: [] };
        return { facility: 'esrf', registry: minute, generation: null, ...none };
      });
      context.mock.timers.tick(60_000);
    }
    assert.deepEqual(told, ['first', 'second']);
    await log.close();
    assert.equal(
      (await readFile(join(baseDirectory, 'decisions.ndjson'), 'utf8')).trimEnd().split('\n').length,
      2,
    );
    assert.deepEqual(await readdir(baseDirectory), ['decisions.ndjson']);
  });

  test('delays no decision while its service does not answer', async (context) => {
    const held: ServerResponse[] = [];
    let holding = true;
    let authorization: string | undefined;
    const service = createServer((request, response) => {
      authorization = request.headers.authorization;
      request.resume();
      if (holding) held.push(response);
      else response.end();
    });
    service.listen(0, '127.0.0.1');
    await once(service, 'listening');
    context.after(() => {
      service.closeAllConnections();
      service.close();
    });
    const httpClient = createHttpClient();
    context.after(() => httpClient.close());
    const { counters, written, dropped } = countingLog();
    const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}/logs`;
    const log = await createDecisionLog(
      optionsOf(
        { http: { url, token: { env: 'LOG_TOKEN' } }, delay: 0 },
        { httpClient, counters, secret: async () => 's3cret' },
      ),
    );
    await using engine = await testEngine({ folder: BUNDLES, decisionLog: log });
    const snapshot = snapshotOf([imageRecord()]);
    await engine.decide([snapshot], subject(), null);
    await once(service, 'request');
    for (const site of ['psi', 'esrf', 'desy']) {
      const verdict = await engine.decide([snapshot], subject({ sites: [site] }), null);
      assert.ok(verdict.visibleCount(snapshot) >= 0);
    }
    assert.equal(written.entries, 0, 'all was decided before anything was written');
    holding = false;
    for (const response of held) response.end();
    await log.close();
    assert.equal(authorization, 'Bearer s3cret');
    // Four decisions of the federation's module, and four verdicts that were used.
    assert.deepEqual([written.entries, dropped.size], [8, 0]);
  });
});
