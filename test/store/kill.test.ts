// A process that is killed at any moment loses nothing that its store has acknowledged, and leaves no half crawl behind.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { createCrawlStore } from '../../src/store/crawls/crawls.ts';
import type { Engine, StorePlace } from '../../src/store/engine/engine.ts';
import { openEngine } from '../../src/store/engine/open-engine.ts';
import { openStore } from '../../src/store/open.ts';
import { migrate } from '../../src/store/schema/migrate.ts';
import { MIGRATIONS } from '../../src/store/schema/migrations.ts';
import { createSeal } from '../../src/store/seal.ts';
import { bundleTests } from '../runner/bundle.ts';
import { describeInPostgres, type MakePlace, makeSqlitePlace } from '../support/engines.ts';
import { runs } from '../support/fast-check.ts';
import { STEP_TABLES, STEPS } from '../support/migration-steps.ts';
import { factsOf, TAG, textsOf } from '../support/numbered-crawls.ts';
import { allOf, KEY, stored } from '../support/stored-crawls.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SECRET = Buffer.alloc(32, 7);

/** 10 in every run of the suite, 50 in `npm run test:long`; a kill takes a second or two, and PANFED_RUNS=40 makes 200. */
const SQLITE_KILLS = Math.max(10, runs(5));
const POSTGRES_KILLS = Math.max(3, runs(1));
const MIGRATION_KILLS = Math.max(4, runs(1));

/** Milliseconds in which a process is killed: some commits. */
const WINDOW_MS = 250;

/** The lines that it printed until it was killed, at a random moment after it had printed so many. */
async function killed(
  script: string,
  place: StorePlace,
  lines: number,
  window = WINDOW_MS,
): Promise<string[]> {
  const child = spawn(process.execPath, [scripts[script] ?? '', JSON.stringify(place)], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  let isDoomed = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (said.split('\n').length <= lines) return;
    if (isDoomed) return;
    isDoomed = true;
    setTimeout(() => child.kill('SIGKILL'), Math.random() * window);
  });
  const [code] = await once(child, 'close');
  assert.ok(code === null || code === 0, `${script} ended with ${code}`);
  return said.trimEnd().split('\n');
}

/** Which crawl the store has: its facts, its nodes and its tags are of one and the same. */
async function crawlIn(place: StorePlace): Promise<number> {
  const store = await openStore({ place, secret: SECRET });
  try {
    const crawl = await store.crawls.find(KEY);
    if (crawl === null) return 0;
    const { crawledAt: number, generation, checkedAt } = crawl;
    assert.deepEqual({ generation, crawledAt: number, checkedAt }, factsOf(number));
    assert.deepEqual(await allOf(store), textsOf(number));
    const spans = (await store.history.tags(KEY, TAG.repository, [TAG.tag], null)) ?? [];
    assert.deepEqual(
      spans.filter(({ until }) => until === null),
      [{ tag: TAG.tag, digest: `sha256:${number}`, since: number, until: null }],
    );
    return number;
  } finally {
    await store.close();
  }
}

function survives(times: number, makePlace: MakePlace): void {
  test(`has the last acknowledged crawl or the next, whole, after each of ${times} kills`, async (context) => {
    const place = await makePlace(context);
    let known = 0;
    const counts = { kills: 0, acknowledged: 0, unacknowledged: 0, lost: 0 };
    for (let time = 0; time < times; time += 1) {
      const acknowledged = Number((await killed('committing', place, 1 + (time % 3))).at(-1)) || known;
      const found = await crawlIn(place);
      counts.kills += 1;
      counts.acknowledged += acknowledged - known;
      counts.unacknowledged += Number(found > acknowledged);
      counts.lost += Number(found < acknowledged);
      assert.ok(
        found === acknowledged || found === acknowledged + 1,
        `kill ${time + 1}: ${acknowledged} was acknowledged, ${found} is there`,
      );
      known = found;
    }
    assert.ok(known > 0, 'something was committed');
    context.diagnostic(JSON.stringify(counts));
  });

  test(`is of the old schema or the new after each of ${MIGRATION_KILLS} kills of a migration`, async (context) => {
    const counts = { kills: 0, old: 0, new: 0 };
    let window = WINDOW_MS;
    for (let time = 0; time < MIGRATION_KILLS; time += 1) {
      const place = await makePlace(context);
      const store = await openStore({ place, secret: SECRET });
      await stored(store, textsOf(1), factsOf(1));
      await store.close();
      const isDone = (await killed('migrating', place, 1, window)).includes('done');
      const engine = await openEngine(place);
      try {
        const tables = await stepTables(engine);
        assert.ok(tables.length === 0 || tables.length === STEP_TABLES.length, `${tables.length} tables`);
        counts.kills += 1;
        counts[tables.length === 0 ? 'old' : 'new'] += 1;
        // As many of the moments are to be before its end as behind it, on a machine of any speed.
        window *= tables.length === 0 ? 1.5 : 1 / 1.5;
        const version = tables.length === 0 ? MIGRATIONS.length : STEPS.length;
        if (isDone) assert.equal(version, STEPS.length);
        const { value } = await engine.db
          .selectFrom('meta')
          .select('value')
          .where('key', '=', 'schema')
          .executeTakeFirstOrThrow();
        assert.equal(Number(value), version);
        await migrate(engine, STEPS);
        assert.equal((await stepTables(engine)).length, STEP_TABLES.length);
        const { db } = engine;
        const crawls = createCrawlStore({
          ...{ db, seal: createSeal(SECRET), now: Date.now },
          onCommit: async () => undefined,
        });
        assert.deepEqual(await allOf({ crawls }), textsOf(1));
      } finally {
        await engine.close();
      }
    }
    context.diagnostic(JSON.stringify(counts));
  });
}

async function stepTables({ kind, db }: Engine): Promise<string[]> {
  const { rows } = await (kind === 'sqlite'
    ? sql<{ name: string }>`SELECT name FROM sqlite_master WHERE name LIKE 'step_%' AND type = 'table'`
    : sql<{
        name: string;
      }>`SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() AND tablename LIKE 'step_%'`
  ).execute(db);
  return rows.map(({ name }) => name);
}

/** The processes as JavaScript, which start fast. */
const scripts: Record<string, string> = {};
before(async () => {
  const names = ['committing', 'migrating'];
  const bundle = await bundleTests(names.map((name) => `test/support/${name}-process.ts`));
  process.once('exit', bundle.remove);
  for (const [index, name] of names.entries()) scripts[name] = bundle.files[index] ?? '';
});

describe('a store in SQLite', () => {
  survives(SQLITE_KILLS, makeSqlitePlace);
});

describeInPostgres('a store in PostgreSQL', (makePlace) => survives(POSTGRES_KILLS, makePlace));
