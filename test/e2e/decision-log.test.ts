// The demo with its decision log on: what is written is what was decided, by the policies that were in force.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { decisionLogSchema } from '../../src/config/decision-log.ts';
import { type RunningGateway, startDemo } from '../support/gateway.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

interface Entry {
  readonly decision_id: string;
  readonly path: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly bundles: Readonly<Record<string, { readonly revision?: string }>>;
  readonly input: { readonly facility?: string; readonly registry?: string; readonly subject: unknown };
  readonly result: { readonly records?: number; readonly discover: number };
  readonly metrics: { readonly counter_panfed_uses?: number };
}

const QUERY = '{ images(first: 1) { totalCount } }';
const QUESTIONS = 3;

describe('the demo with a decision log', () => {
  let demo: RunningGateway;
  let entries: readonly Entry[];
  let text: string;
  let revisions: ReadonlyMap<string, string | null>;
  let metrics: string;
  const counts: number[] = [];

  before(async () => {
    const decisionLog = decisionLogSchema.parse({
      file: { path: join(folder, 'decisions.ndjson') },
      delay: 0,
    });
    demo = await startDemo((config) => ({ ...config, telemetry: { ...config.telemetry, decisionLog } }));
    const token = await demo.token('esrf-em');
    for (let question = 0; question < QUESTIONS; question++) {
      const { data } = await demo.ask<{ images: { totalCount: number } }>(QUERY, {}, token);
      counts.push(data.images.totalCount);
    }
    revisions = new Map(demo.federation.policy.modules().map(({ owner, revision }) => [owner, revision]));
    metrics = await demo.metrics();
    await demo.close();
    text = await readFile(join(folder, 'decisions.ndjson'), 'utf8');
    entries = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Entry);
  });
  after(async () => {
    await demo.close();
  });
  const folder = temporaryFolder({ after });

  test('writes entries that name the revisions in force', () => {
    assert.ok(entries.length > 10);
    for (const { bundles } of entries) {
      assert.ok(Object.keys(bundles).length > 0);
      for (const [owner, { revision }] of Object.entries(bundles)) {
        assert.match(revision ?? '', /^sha256:/);
        assert.equal(revision, revisions.get(owner));
      }
    }
    assert.equal(new Set(entries.map(({ decision_id }) => decision_id)).size, entries.length);
  });

  test('reports for each registry how often its verdict was used, and as many images as were answered', () => {
    const uses = entries.filter(({ path }) => path === 'panfed/verdict');
    const registries = uses.map(({ input }) => `${input.facility}/${input.registry}`);
    assert.equal(new Set(registries).size, 10);
    assert.equal(registries.length, 10);
    for (const { metrics: counted } of uses) assert.equal(counted.counter_panfed_uses, QUESTIONS);
    const discover = uses.reduce((sum, { result }) => sum + result.discover, 0);
    assert.deepEqual(counts, Array(QUESTIONS).fill(discover));
  });

  test('has the decisions of every module that judged', () => {
    const owners = new Set(
      entries.filter(({ path }) => path !== 'panfed/verdict').map(({ bundles }) => Object.keys(bundles)[0]),
    );
    assert.deepEqual([...owners].sort(), ['desy', 'elettra', 'esrf', 'federation']);
  });

  test('names the person in no entry', () => {
    assert.doesNotMatch(text, /esrf-em|"sub"|"name":"[^"]*EM/);
    assert.match(text, /urn:geant:esrf\.eu:group:em/);
  });

  test('counts what it wrote', () => {
    const [, written] = /^panfed_decision_log_entries_total (\d+)$/m.exec(metrics) ?? [];
    assert.ok(Number(written) <= entries.length);
    assert.doesNotMatch(metrics, /^panfed_decision_log_dropped_total\{.*\} [1-9]/m);
  });
});
