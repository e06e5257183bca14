// The benchmark runs, and the servers that it compares give the same answers: it refuses to measure others.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { comparable } from '../bench/question.ts';
import { spreadOf } from '../bench/spread.ts';
import { OPA } from './support/policies.ts';
import { needs } from './support/real.ts';

const run = promisify(execFile);

// Two parts at once: each starts its processes one after another, and a process needs little more than one processor.
describe('the benchmark', { timeout: 300_000, concurrency: 2 }, () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'panfed-bench-test-'));
  });
  after(() => rm(folder, { recursive: true }));

  async function bench(part: string) {
    const json = join(folder, `${part}.json`);
    const { stdout } = await run(process.execPath, [
      ...['--import', 'tsx', 'bench/main.ts', '--quick', '--json', json],
      part,
    ]);
    return { stdout, figures: JSON.parse(await readFile(json, 'utf8')) };
  }

  test('compares three servers that give one answer, for nobody and for somebody', async () => {
    const { stdout, figures } = await bench('compare');
    assert.match(stdout, /\(a\) panfed[\s\S]*\(b\) textbook composition[\s\S]*\(c\) the bytes from memory/);
    assert.deepEqual(
      figures.comparisons.map(({ caller }: { caller: string }) => caller),
      ['anonymous', 'esrf-em'],
    );
    for (const { bytes, servers, ratios } of figures.comparisons) {
      assert.ok(bytes > 10_000);
      for (const { requestsPerSecond } of Object.values<Record<string, { min: number }>>(servers)) {
        assert.ok((requestsPerSecond?.min ?? 0) > 0);
      }
      assert.ok(ratios.textbook.median > 1, 'no slower than what evaluates every record in every request');
      assert.ok(ratios.memory.median < 1, 'no faster than memory');
    }
  });

  test('asks every question of a grown federation', async () => {
    const { figures } = await bench('growth');
    const [growth] = figures.growths;
    assert.ok(growth.images >= 990 && growth.images <= 1_010, `${growth.images} of 1,000 images`);
    assert.ok(growth.classes > 100);
    for (const { name, milliseconds } of growth.latencies) assert.ok(milliseconds.max > 0, name);
    assert.equal(growth.latencies.length, 8);
  });

  test('asks which images match at fifty resources', async () => {
    const { stdout, figures } = await bench('match');
    assert.match(stdout, /first question after the start[\s\S]*other data[\s\S]*a job of another size/);
    const [[{ candidates, first, same, otherData, amounts, chosen, bytes }]] = figures.matching;
    assert.equal(candidates % 50, 0, 'each framework at each resource');
    for (const { took, cpu } of [first, same, otherData, amounts, chosen]) {
      for (const milliseconds of [...took, ...cpu]) assert.ok(milliseconds > 0);
      assert.equal(took.length, took === first.took ? 1 : 2);
    }
    assert.ok(bytes > 0);
  });

  test(
    'measures policies of several sizes, which decide the same in three ways',
    needs('opa', OPA),
    async () => {
      const { stdout, figures } = await bench('policy');
      assert.match(stdout, /\(a\) panfed[\s\S]*\(b\) record by record[\s\S]*\(c\) opa run --server/);
      const { strangers, known, memory, swap } = figures.policies;
      assert.deepEqual(
        strangers.map(({ rules }: { rules: number }) => rules),
        [5, 20],
      );
      for (const { classes, panfed, perRecord, opa } of strangers) {
        assert.ok(classes > 100);
        for (const { min } of [panfed, perRecord, opa]) assert.ok(min > 0);
      }
      assert.ok(known.images > 0 && known.milliseconds.min > 0);
      assert.ok(memory.decisions > 0 && memory.verdicts > 0);
      assert.ok(swap.before.min > 0 && swap.after.min > 0);
      assert.ok(swap.took.max <= 5_000, 'in force within 5 s of being accepted');
    },
  );

  test('starts from what it stored, and writes a change', async () => {
    const { figures } = await bench('store');
    const [{ images, alone, http, engines }] = figures.stores;
    assert.ok(images >= 390 && images <= 410, `${images} of 400 images`);
    for (const { images: loaded } of [alone, http, engines.sqlite.start]) assert.equal(loaded.min, images);
    const { bytesEach, first, change } = engines.sqlite;
    assert.ok(bytesEach.min > 100, 'bytes of an image');
    assert.ok(change.rows.min > 10, 'what has changed is written');
    assert.ok(change.rows.max < first.rows.min / 4, 'and nothing else');
  });

  test('says what is missing where its policies cannot be compiled', async () => {
    const nowhere = { ...process.env, PATH: folder, XDG_CACHE_HOME: folder };
    const args = ['--import', 'tsx', 'bench/main.ts', 'policy', '--quick'];
    await assert.rejects(
      run(process.execPath, args, { env: nowhere }),
      /OPA \S+ is needed to compile policies/,
    );
  });
});

test('an answer with errors is not compared', () => {
  assert.throws(() => comparable('{"data":{"images":{"pageInfo":{}}},"errors":[]}'), /has errors or no data/);
  assert.throws(() => comparable('{"data":null}'), /has errors or no data/);
});

test('two answers that differ in their cursors alone are the same', () => {
  const answer = (endCursor: string) =>
    JSON.stringify({ data: { images: { nodes: [1], pageInfo: { endCursor } } } });
  assert.deepEqual(comparable(answer('a')), comparable(answer('b')));
});

test('a spread is the least, the middle and the most', () => {
  assert.deepEqual(spreadOf([3, 1, 2]), { min: 1, median: 2, max: 3 });
  assert.deepEqual(spreadOf([4, 1, 2, 3]), { min: 1, median: 2.5, max: 4 });
});
