// Distribution 3 is killed in the middle of a crawl: what was known stays, nothing half is taken for the whole, and what
// was fetched is not asked for again.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { Config } from '../../src/config/schema.ts';
import { configOf, type RunningGateway, startGateway } from '../support/gateway.ts';
import { type Distribution, needsDistribution, startDistribution } from '../support/oci/distribution.ts';
import { push } from '../support/oci/docker-registry.ts';
import { testImage } from '../support/oci/images.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Images at first, those that come later, and the manifests that a crawl is given before the registry dies. */
const FIRST = 60;
const LATER = 40;
const GIVEN = 10;
/** Repositories. */
const GROUPS = 5;

const QUERY = `query ($maxAge: Int) {
  images(maxAge: $maxAge) { totalCount complete sources { status records error { code } } }
}`;

interface Answer {
  readonly images: {
    readonly totalCount: number;
    readonly complete: boolean;
    readonly sources: readonly [
      { readonly status: string; readonly records: number; readonly error: { readonly code: string } | null },
    ];
  };
}

describe('a registry that dies in the middle of a crawl', needsDistribution(), () => {
  const store = `${temporaryFolder({ after })}/store.sqlite`;
  let registry: Distribution;
  let config: Config;
  before(async () => {
    registry = await startDistribution('open');
    await pushImages(0, FIRST);
    config = configOf({
      federation: { secret: { env: 'PANFED_SECRET' } },
      store: { sqlite: store },
      facilities: [
        {
          ...{ id: 'esrf', name: 'ESRF' },
          registries: [
            {
              ...{ key: 'main', kind: 'oci', url: registry.origin, pull: 'registry.esrf.example' },
              repositories: [{ match: 'em/**', sharing: 'open', conditions: [] }],
              // One after the other: a crawl is still under way when it is seen what it was given.
              requests: { atOnce: 1 },
              // A busy machine takes longer than the default for a hundred images in a row.
              deadline: 60_000,
            },
          ],
        },
      ],
    });
  });
  after(() => registry?.close());

  /** Each group at the same time: a registry writes files for each image. */
  async function pushImages(from: number, to: number): Promise<void> {
    const labels = { 'org.opencontainers.image.licenses': 'MIT' };
    const groups = Array.from({ length: GROUPS }, async (_, group) => {
      for (let at = from + group; at < to; at += GROUPS) {
        await push(registry.origin, `em/group-${group}`, [`v${at}`], testImage({ labels, content: `${at}` }));
      }
    });
    await Promise.all(groups);
  }

  const manifestsGiven = (): number =>
    registry.asked().filter((asked) => /^GET \S+\/manifests\/sha256:\S+ 200$/.test(asked)).length;

  /** The gateway of one run, which starts from what the last one kept. */
  async function withGateway(work: (gateway: RunningGateway) => Promise<void>): Promise<void> {
    const env = { PANFED_SECRET: 'a secret of the federation, for tests alone' };
    const gateway = await startGateway(config, { env });
    try {
      await work(gateway);
    } finally {
      await gateway.close();
    }
  }

  async function ask(gateway: RunningGateway): Promise<readonly unknown[]> {
    const { data, errors } = await gateway.ask<Answer>(QUERY, { maxAge: 0 }, await gateway.token('admin'));
    assert.deepEqual(errors, []);
    const { totalCount, complete, sources } = data.images;
    return [sources[0].status, sources[0].error?.code ?? null, sources[0].records, totalCount, complete];
  }

  /** The answer of a crawl in which the registry dies, without the code. */
  async function askUntilItDies(gateway: RunningGateway): Promise<readonly unknown[]> {
    const before = manifestsGiven();
    const answer = ask(gateway);
    while (manifestsGiven() < before + GIVEN) await wait(1);
    await registry.process.kill();
    const [status, code, ...rest] = await answer;
    // The second one where several requests failed before the first of them was given up.
    assert.ok(code === 'SOURCE_UNAVAILABLE' || code === 'CIRCUIT_OPEN', String(code));
    return [status, ...rest];
  }

  test('has failed where nothing was known, and goes on later where it was', async () => {
    await withGateway(async (gateway) => {
      assert.deepEqual(await askUntilItDies(gateway), ['ERROR', 0, 0, false]);
    });
    const given = manifestsGiven();
    assert.ok(given < FIRST, `${given} manifests`);
    await registry.restart();
    await withGateway(async (gateway) => {
      assert.deepEqual(await ask(gateway), ['OK', null, FIRST, FIRST, true]);
    });
    const again = given + manifestsGiven() - FIRST;
    assert.ok(again <= 1, `${again} manifests were asked for twice`);
  });

  test('is stale with all that was known and nothing of what is new, until it is back', async () => {
    await pushImages(FIRST, FIRST + LATER);
    await withGateway(async (gateway) => {
      assert.deepEqual(await askUntilItDies(gateway), ['STALE', FIRST, FIRST, true]);
    });
    await registry.restart();
    await withGateway(async (gateway) => {
      const all = FIRST + LATER;
      assert.deepEqual(await ask(gateway), ['OK', null, all, all, true]);
    });
  });
});
