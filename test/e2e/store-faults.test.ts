// A gateway whose store cannot be used goes on from memory, says so, and stores what it knows as soon as it can.
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { pino } from 'pino';
import type { StorePlace } from '../../src/store/engine/engine.ts';
import { inspectStore } from '../../src/store/upkeep/inspect.ts';
import { clockOf } from '../support/clock.ts';
import { configOf, type RunningGateway, startGateway } from '../support/gateway.ts';
import { limitFiles, needsPrlimit } from '../support/limited-store.ts';
import { needsPostgres, startPostgres } from '../support/postgres.ts';
import { startRegistry, type TestRegistry, testNode } from '../support/registry.ts';
import type { LogLine } from '../support/store-client.ts';
import { imagesOf, storedAt } from '../support/stored-images.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

interface Lab {
  readonly registry: TestRegistry;
  /** What the gateway's log has of its store. */
  log(): readonly string[];
  /** The repositories that a question shows and the registry's status; ten seconds after the last one. */
  ask(): Promise<readonly unknown[]>;
  gateway: RunningGateway;
  restart(): Promise<void>;
}

const nodesOf = (...repositories: string[]) =>
  repositories.map((repository) => testNode(repository, { sharing: 'open', license: 'MIT' }));

async function labWith(context: TestContext, place: StorePlace, onRequest = () => {}): Promise<Lab> {
  const registry = await startRegistry('psi', nodesOf('a'), (_, __, { body }) => {
    if (body.query?.includes('images')) onRequest();
    return false;
  });
  context.after(registry.close);
  const { env, ...settings } = storedAt(place);
  const config = configOf({
    ...settings,
    facilities: [
      {
        id: 'psi',
        name: 'PSI',
        registries: [{ key: 'main', kind: 'graphql', url: registry.url, pull: 'registry.psi.example' }],
      },
    ],
  });
  const lines: LogLine[] = [];
  let ahead = 0;
  const start = () =>
    startGateway(config, {
      env,
      logger: pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) }),
      clock: clockOf(() => Date.now() + ahead),
    });
  const lab: Lab = {
    registry,
    gateway: await start(),
    log: () => lines.map(({ msg }) => msg).filter((msg) => msg.includes('the store')),
    async ask() {
      ahead += 10_000;
      const { repositories, statuses } = await imagesOf(lab.gateway, 5);
      return [...repositories, statuses[0]];
    },
    async restart() {
      await lab.gateway.close();
      lab.gateway = await start();
    },
  };
  context.after(() => lab.gateway.close());
  return lab;
}

/** What the gateway's health and metrics say of its store. */
async function saidOf({ gateway }: Lab): Promise<readonly unknown[]> {
  const health = await fetch(`${gateway.url}/healthz`);
  const { store } = (await health.json()) as { readonly store?: { readonly code: string } };
  const metrics = await gateway.metrics();
  return [health.status, store?.code ?? 'OK', /^panfed_store_up (\d)$/m.exec(metrics)?.[1]];
}

/** Asks until the store has so many images of the registry: nobody waits for it. */
async function untilStored(lab: Lab, place: StorePlace, nodes: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const { registries } = await inspectStore(place);
    if (registries[0]?.nodes === nodes) return;
    await lab.ask();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`the store has no crawl of ${nodes} nodes`);
}

/** Nobody waits for the store, and so it says later than an answer what came of it. */
async function untilLogged(lab: Lab, lines: readonly string[]): Promise<void> {
  for (let attempt = 0; attempt < 100 && lab.log().length < lines.length; attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.deepEqual(lab.log(), lines);
}

const CANNOT = 'the store cannot be used: the gateway goes on from memory';
const AGAIN = 'the store can be used again';

describe('a gateway', () => {
  test(
    'whose store may not grow answers what it crawls, and stores it as soon as it can',
    needsPrlimit,
    async (context) => {
      const place = { kind: 'sqlite', path: `${temporaryFolder(context)}/store.sqlite` } as const;
      const lab = await labWith(context, place);
      assert.deepEqual(await lab.ask(), ['a', 'OK']);
      await untilStored(lab, place, 1);

      context.after(() => limitFiles(process.pid, null));
      limitFiles(process.pid, 4_096);
      lab.registry.replace(nodesOf('a', 'b'));
      assert.deepEqual(await lab.ask(), ['a', 'b', 'OK']);
      assert.deepEqual(await lab.ask(), ['a', 'b', 'OK']);
      await untilLogged(lab, [CANNOT]);
      assert.deepEqual(await saidOf(lab), [200, 'STORE_UNAVAILABLE', '0']);
      assert.equal((await inspectStore(place)).registries[0]?.nodes, 1, 'the crawl before is there');

      limitFiles(process.pid, null);
      await untilStored(lab, place, 2);
      await untilLogged(lab, [CANNOT, AGAIN]);
      assert.deepEqual(await saidOf(lab), [200, 'OK', '1']);
      await lab.registry.close();
      await lab.restart();
      assert.deepEqual(await lab.ask(), ['a', 'b', 'STALE']);
    },
  );

  test(
    'whose PostgreSQL is not there at its start, and stops in the middle of a crawl, answers and stores it later',
    needsPostgres,
    async (context) => {
      const postgres = await startPostgres();
      context.after(() => postgres.close());
      const place = { kind: 'postgres', url: await postgres.database() } as const;
      await postgres.stop();
      let stopping: Promise<void> | null = null;
      let isToStop = false;
      const lab = await labWith(context, place, () => {
        if (isToStop) stopping ??= postgres.stop();
      });
      assert.deepEqual(await lab.ask(), ['a', 'OK']);
      await untilLogged(lab, [CANNOT]);
      assert.deepEqual(await saidOf(lab), [200, 'STORE_UNAVAILABLE', '0']);
      await postgres.start();
      await untilStored(lab, place, 1);
      await untilLogged(lab, [CANNOT, AGAIN]);

      isToStop = true;
      lab.registry.replace(nodesOf('a', 'b', 'c'));
      assert.deepEqual(await lab.ask(), ['a', 'b', 'c', 'OK']);
      await stopping;
      isToStop = false;
      assert.deepEqual(await lab.ask(), ['a', 'b', 'c', 'OK']);
      await postgres.start();
      await untilStored(lab, place, 3);
      await untilLogged(lab, [CANNOT, AGAIN, CANNOT, AGAIN]);
    },
  );
});
