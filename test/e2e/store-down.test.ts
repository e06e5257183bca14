// A store that cannot be used when the gateway starts: it starts, crawls and answers; once the store is back it is read
// and written. Over both engines.
import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmdirSync } from 'node:fs';
import { after, before, describe, type TestContext, test } from 'node:test';
import { pino } from 'pino';
import type { StorePlace } from '../../src/store/engine/engine.ts';
import { inspectStore } from '../../src/store/upkeep/inspect.ts';
import { clockAhead } from '../support/clock.ts';
import { configOf, type RunningGateway, startGateway } from '../support/gateway.ts';
import { needsPostgres, startPostgres, type TestPostgres } from '../support/postgres.ts';
import { startRegistry, testNode } from '../support/registry.ts';
import { imagesOf, storedAt } from '../support/stored-images.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const HOUR = 3_600_000;
interface Breakable {
  readonly place: StorePlace;
  stop(): Promise<void>;
  start(): Promise<void>;
}

async function ask(gateway: RunningGateway, maxAge: number | null) {
  const { repositories, statuses } = await imagesOf(gateway, maxAge);
  return { repositories: repositories.sort(), statuses };
}

async function comesBack(context: TestContext, { place, stop, start }: Breakable): Promise<void> {
  const open = (repository: string) => testNode(repository, { sharing: 'open', license: 'MIT' });
  const [down, up] = await Promise.all([
    startRegistry('psi', [open('known')]),
    startRegistry('kit', [open('crawled')]),
  ]);
  context.after(() => up.close());
  const facility = (id: string, url: string) => ({
    ...{ id, name: `Lab ${id}` },
    registries: [{ key: 'main', kind: 'graphql' as const, url, pull: `registry.${id}.example` }],
  });
  const clock = clockAhead();
  const logged: string[] = [];
  const gatewayOf = async (...facilities: ReturnType<typeof facility>[]): Promise<RunningGateway> => {
    const { env, ...settings } = storedAt(place);
    const logger = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) });
    return startGateway(configOf({ ...settings, facilities }), { env, clock, logger });
  };
  const first = await gatewayOf(facility('psi', down.url));
  await ask(first, null);
  await first.close();
  await down.close();
  await stop();

  logged.splice(0);
  const second = await gatewayOf(facility('psi', down.url), facility('kit', up.url));
  let isClosed = false;
  context.after(async () => {
    if (!isClosed) await second.close();
  });
  assert.deepEqual(await ask(second, null), { repositories: ['crawled'], statuses: ['ERROR', 'OK'] });
  const isLogged = (text: string) => logged.some((line) => line.includes(text));
  assert.ok(isLogged('the store cannot be used: the gateway goes on from memory'));

  await start();
  clock.pass(HOUR);
  assert.deepEqual(await ask(second, 0), { repositories: ['crawled', 'known'], statuses: ['STALE', 'OK'] });
  // What is stored behind the answer is there when it is closed.
  await second.close();
  isClosed = true;
  assert.ok(isLogged('the store can be used again'));
  assert.deepEqual(
    (await inspectStore(place)).registries.map(({ facility: id, nodes }) => [id, nodes]),
    [
      ['kit', 1],
      ['psi', 1],
    ],
  );
}

describe('a store that is down when the gateway starts is read and written when it is back', () => {
  test('SQLite, whose file cannot be opened', async (context) => {
    const path = `${temporaryFolder(context)}/store.sqlite`;
    await comesBack(context, {
      place: { kind: 'sqlite', path },
      stop: async () => {
        renameSync(path, `${path}.away`);
        mkdirSync(path);
      },
      start: async () => {
        rmdirSync(path);
        renameSync(`${path}.away`, path);
      },
    });
  });

  describe('PostgreSQL', needsPostgres, () => {
    let postgres: TestPostgres;
    before(async () => {
      postgres = await startPostgres();
    });
    after(() => postgres?.close());

    test('that cannot be reached', async (context) => {
      const place = { kind: 'postgres', url: await postgres.database() } as const;
      await comesBack(context, { place, stop: postgres.stop, start: postgres.start });
    });
  });
});
