// What is large is parsed beside the event loop, which goes round meanwhile.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createDeadline } from '../../src/catalog/deadline.ts';
import { SYSTEM_CLOCK } from '../../src/model/clock.ts';
import {
  type CatalogNodes,
  readCatalogAside,
  readImagesAside,
  readPageAside,
} from '../../src/sources/parse-aside.ts';
import { MalformedNode } from '../../src/sources/source.ts';
import { heldBy } from '../support/main-thread.ts';

/** Milliseconds that the event loop may be held: up to 60 on a quiet machine, three times as many on a slower one. */
const HELD = 180;

const entry = (n: number) => ({
  ...{
    repository: `tomo/tofu${n}`,
    tags: ['1.0', 'latest'],
    title: `tofu ${n}`,
    license: 'LGPL-3.0-or-later',
  },
  ...{ frameworks: [{ name: 'tofu', version: '0.13.1' }], techniques: ['x-ray tomography'], sharing: 'open' },
});

async function nodesOf(catalog: CatalogNodes): Promise<readonly unknown[]> {
  const nodes: unknown[] = [];
  for await (const page of catalog.pages(1_000)) nodes.push(...page);
  return nodes;
}

const context = (facility = 'kit') => ({ facility, signal: AbortSignal.timeout(60_000) });

describe('the event loop is not held', () => {
  test('by a catalog in YAML of a thousand images', async () => {
    const text = `images:\n${Array.from({ length: 1_000 }, (_, n) => `  - ${JSON.stringify(entry(n))}\n`).join('')}`;
    const read = await heldBy(async () =>
      nodesOf(await readCatalogAside(Buffer.from(text), 'yaml', 10_000, context())),
    );
    assert.equal(read.result.length, 1_000);
    assert.ok(read.held < HELD, `${read.held.toFixed()} ms`);
  });

  test('by a page of a registry of twenty megabytes', async () => {
    const nodes = Array.from({ length: 2_000 }, (_, n) => ({ ...entry(n), description: 'x'.repeat(10_000) }));
    const images = { nodes, generation: 'g', hasNextPage: false, endCursor: null };
    const bytes = Buffer.from(JSON.stringify({ data: { images } }));
    const read = await heldBy(() => readPageAside(bytes, context()));
    assert.deepEqual(read.result.nodes[1_999], nodes[1_999]);
    assert.ok(read.held < HELD, `${read.held.toFixed()} ms`);
  });

  test('by an answer of ten megabytes whose images are lists of nothing', async () => {
    const image = { own: Array.from({ length: 12_500 }, () => []) };
    const bytes = Buffer.from(JSON.stringify({ data: { found: Array.from({ length: 250 }, () => image) } }));
    const read = await heldBy(() => readImagesAside(bytes, 'found', context()));
    assert.deepEqual(read.result.images?.[249], image);
    assert.ok(read.held < HELD, `${read.held.toFixed()} ms`);
  });

  test('by NDJSON, whose broken lines stay where they were', async () => {
    const lines = Array.from({ length: 20_000 }, (_, n) =>
      n === 10_000 ? '{"a":1,"a":2}' : JSON.stringify(entry(n)),
    );
    const read = await heldBy(async () =>
      nodesOf(await readCatalogAside(Buffer.from(lines.join('\n')), 'ndjson', 20_000, context())),
    );
    assert.equal(read.result.length, 20_000);
    assert.deepEqual((read.result[19_999] as { title: string }).title, 'tofu 19999');
    const broken = read.result[10_000];
    assert.ok(broken instanceof MalformedNode && /twice/.test(broken.reason), String(broken));
    assert.equal(broken.subject, 'line 10001');
    assert.ok(read.held < HELD, `${read.held.toFixed()} ms`);
  });
});

describe('beside labs whose catalogs take long', () => {
  /** Takes a thread for as long as it has items, and is refused then. */
  const slow = (items: number) => Buffer.from(`images: [${Array(items).fill('{a: 1}').join(',')}]`);
  const quick = Buffer.from(
    `images:\n${Array.from({ length: 50 }, (_, n) => `  - ${JSON.stringify(entry(n))}\n`).join('')}`,
  );

  test('another one has its turn before the next of the same lab', async () => {
    const done: string[] = [];
    const read = async (facility: string, bytes: Buffer) => {
      await readCatalogAside(bytes, 'yaml', 1_000, context(facility)).catch(() => undefined);
      done.push(facility);
    };
    const others = Array.from({ length: 5 }, () => read('slow', slow(8_000)));
    await read('kit', quick);
    // First come, first served, four of five would have had a thread before.
    assert.ok(done.indexOf('kit') <= 1, done.join());
    await Promise.all(others);
  });

  test('the time until its turn does not count against its crawl', async () => {
    const end = new AbortController();
    const others = ['one', 'another'].map((facility) =>
      assert.rejects(readCatalogAside(slow(300_000), 'yaml', 1_000, { facility, signal: end.signal })),
    );
    const deadline = createDeadline(2_000, SYSTEM_CLOCK);
    const { signal, uncounted } = deadline;
    setTimeout(() => end.abort(), 3_000);
    const reading = readCatalogAside(quick, 'yaml', 1_000, { facility: 'kit', signal, uncounted });
    assert.equal((await nodesOf(await deadline.awaiting(reading))).length, 50);
    assert.equal(end.signal.aborted, true);
    await Promise.all(others);
  });
});

test('what was given up is not waited for', async () => {
  const text = `images: [${Array(200_000).fill('{a: 1}').join(',')}]`;
  const begun = performance.now();
  await assert.rejects(
    readCatalogAside(Buffer.from(text), 'yaml', 10, { facility: 'kit', signal: AbortSignal.timeout(50) }),
    {
      code: 'SOURCE_TIMEOUT',
    },
  );
  assert.ok(performance.now() - begun < 5_000);
});

test('a failure comes back as it was thrown', async () => {
  const text = `images:\n${'  - { repository: a/b, tags: ["1"] }\n'.repeat(1_000)}  - [\n`;
  await assert.rejects(readCatalogAside(Buffer.from(text), 'yaml', 10_000, context()), {
    name: 'FederationError',
    code: 'SOURCE_MALFORMED',
    message: 'the catalog is not YAML',
    at: '1003:1',
  });
});

describe('a node that no record could be made of is malformed alone, and keeps its name', () => {
  const cases: Readonly<Record<string, string>> = {
    'that holds itself': '  - &a { repository: a/b, tags: ["1"], labels: { x: *a } }\n',
    'of many megabytes': `  - { repository: a/b, tags: ["1"], description: "${'x'.repeat(2_000_000)}" }\n`,
  };
  for (const [name, entry] of Object.entries(cases)) {
    test(name, async () => {
      const text = `images:\n${entry}  - { repository: a/c, tags: ["1"] }\n`;
      const [broken, fine] = await nodesOf(await readCatalogAside(Buffer.from(text), 'yaml', 10, context()));
      assert.ok(broken instanceof MalformedNode && /more than|holds itself/.test(broken.reason));
      assert.deepEqual([broken.subject, (broken.node as { repository: string }).repository], ['a/b', 'a/b']);
      assert.equal((fine as { repository: string }).repository, 'a/c');
    });
  }
});
