import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CrawlJob, crawl } from '../../src/catalog/crawl.ts';
import { createDeadline } from '../../src/catalog/deadline.ts';
import { MAX_LISTED } from '../../src/catalog/ingest/quarantine.ts';
import { createPace } from '../../src/model/pace.ts';
import { MalformedNode, type SourcePage } from '../../src/sources/source.ts';
import { NOBODY_TRUSTED } from '../../src/trust/settings.ts';
import { fakeSource, labels, node, PLACE, rule, SMALL_VOCABULARY } from '../support/catalog.ts';
import { fakeClock } from '../support/clock.ts';
import { digestOf } from '../support/records.ts';

function job(fields: Partial<CrawlJob>): CrawlJob {
  return {
    source: fakeSource('esrf'),
    place: PLACE,
    rules: [],
    vocabulary: SMALL_VOCABULARY,
    trustSettings: NOBODY_TRUSTED,
    maxRecords: 10_000,
    pace: createPace(),
    deadline: createDeadline(10_000, fakeClock()),
    onPage: () => undefined,
    ...fields,
  };
}

const images = (count: number) =>
  Array.from({ length: count }, (_, index) => node({ digest: digestOf(index) }));

/** A registry whose every crawl is the next of these lists of pages. */
function pagesOf(...crawls: SourcePage[][]) {
  const source = fakeSource('esrf');
  source.crawl = async function* () {
    source.asked.push('crawl');
    yield* crawls[Math.min(source.asked.length, crawls.length) - 1] ?? [];
  };
  return source;
}

test('all pages are one result, in the order of ids', async () => {
  const pages: number[] = [];
  const crawlResult = await crawl(
    job({ source: fakeSource('esrf', images(5).reverse()), onPage: (records) => pages.push(records) }),
  );
  assert.deepEqual(
    crawlResult.records.map(({ digest }) => digest),
    [0, 1, 2, 3, 4].map(digestOf),
  );
  assert.deepEqual(pages, [2, 4, 5]);
  assert.equal(crawlResult.generation, 'g1');
});

test('a bad record is quarantined, and the rest of the registry goes on', async () => {
  const nodes = [...images(2), node({ digest: digestOf(7), sharing: 'opne' }), 'nonsense'];
  const { records, quarantine } = await crawl(job({ source: fakeSource('esrf', nodes) }));
  assert.equal(records.length, 2);
  assert.equal(quarantine.count, 2);
  assert.deepEqual(
    quarantine.listed.map(({ subject }) => subject),
    [`em/relion@${digestOf(7)}`, 'an entry that is not an object'],
  );
});

for (const [what, entry] of Object.entries({
  'another lab’s': node({ facility: 'psi' }),
  'with a tag that is none': node({ tags: ['not a tag'] }),
  'with a digest in capitals': node({ digest: digestOf(1).toUpperCase() }),
  'with a value that is none': node({ sharing: 'nobody' }),
  'that its registry could not answer': new MalformedNode('em/relion', 'no groups', node()),
}))
  test(`an entry ${what} leaves others of its digest in doubt`, async () => {
    const nodes = [node({ id: 'open', sharing: 'open' }), entry, node({ digest: digestOf(2) })];
    const { records, quarantine } = await crawl(job({ source: fakeSource('esrf', nodes) }));
    assert.deepEqual(
      records.map(({ digest }) => digest),
      [digestOf(2)],
    );
    assert.equal(quarantine.count, 2);
  });

test('an entry without a digest leaves others of its tags in doubt', async () => {
  const nodes = [
    node({ digest: null, tags: ['a', 'b'] }),
    node({ digest: null, tags: ['b', '?'] }),
    node({ tags: ['b'] }),
  ];
  const { records } = await crawl(job({ source: fakeSource('esrf', nodes) }));
  assert.deepEqual(
    records.map(({ id }) => id),
    ['esrf/main/em/relion:a', `esrf/main/em/relion@${digestOf(1)}`],
  );
});

test('all that is quarantined is counted, the first of it listed', async () => {
  const source = pagesOf([{ nodes: Array.from({ length: MAX_LISTED + 5 }, () => null), generation: null }]);
  const { quarantine } = await crawl(job({ source }));
  assert.equal(quarantine.count, MAX_LISTED + 5);
  assert.equal(quarantine.listed.length, MAX_LISTED);
});

test('an entry of federation.yaml that matched nothing is named', async () => {
  const rules = [rule({ match: 'em/**', sharing: 'open' }), rule({ match: 'mx/**' })];
  const { records, unmatchedRules } = await crawl(job({ rules }));
  assert.deepEqual(unmatchedRules, ['mx/**']);
  assert.equal(records[0]?.sharing, 'open');
});

test('labels that cannot be read are counted', async () => {
  const unreadable = node({ labels: labels({ 'org.opencontainers.image.created': 'yesterday' }) });
  const { labelProblems } = await crawl(job({ source: fakeSource('esrf', [unreadable]) }));
  assert.equal(labelProblems.count, 1);
  assert.equal(labelProblems.first?.label, 'org.opencontainers.image.created');
});

test('a generation that changes between two pages starts the crawl again', async () => {
  const source = pagesOf(
    [
      { nodes: [node({ digest: digestOf(1) })], generation: 'g1' },
      { nodes: [node({ digest: digestOf(2) })], generation: 'g2' },
    ],
    [{ nodes: [node({ digest: digestOf(3) })], generation: 'g2' }],
  );
  const { records, generation } = await crawl(job({ source }));
  assert.deepEqual(
    records.map(({ digest }) => digest),
    [digestOf(3)],
  );
  assert.equal(generation, 'g2');
});

test('a page that loses its generation is a change too', async () => {
  const source = pagesOf(
    [
      { nodes: [], generation: null },
      { nodes: [], generation: 'g1' },
    ],
    [{ nodes: [node()], generation: 'g1' }],
  );
  assert.equal((await crawl(job({ source }))).generation, 'g1');
});

test('after three restarts it is given up as unstable', async () => {
  const source = pagesOf([
    { nodes: [], generation: 'g1' },
    { nodes: [], generation: 'g2' },
  ]);
  await assert.rejects(crawl(job({ source })), { code: 'GENERATION_UNSTABLE' });
  assert.equal(source.asked.length, 4);
});

test('records are bounded, also those that an entry without a digest becomes', async () => {
  const tagged = [node({ digest: null, tags: Array.from({ length: 100 }, (_, index) => `t${index}`) })];
  const source = fakeSource('esrf', tagged);
  await assert.rejects(crawl(job({ source, maxRecords: 99 })), { code: 'SOURCE_TOO_LARGE' });
  assert.equal((await crawl(job({ source, maxRecords: 100 }))).records.length, 100);
});

test('what is in doubt is bounded as records are', async () => {
  const tags = (from: number) => Array.from({ length: 100 }, (_, index) => `t${from + index}`);
  const refused = [0, 100].map((from) => node({ digest: null, tags: tags(from), sharing: 'opne' }));
  const source = fakeSource('esrf', refused);
  await assert.rejects(crawl(job({ source, maxRecords: 199 })), { code: 'SOURCE_TOO_LARGE' });
  assert.equal((await crawl(job({ source, maxRecords: 200 }))).quarantine.count, 2);
});

test('a crawl ends with its deadline, even if the source does not observe its signal', async () => {
  const source = fakeSource('esrf');
  source.gate = new Promise(() => undefined);
  const deadline = createDeadline(10_000, fakeClock());
  const crawling = crawl(job({ source, deadline }));
  deadline.stop();
  await assert.rejects(crawling, { message: 'the gateway is stopping' });
});

test('the source is asked to end when a crawl is given up', async () => {
  let ended = false;
  const source = fakeSource('esrf');
  source.crawl = async function* () {
    try {
      yield { nodes: images(3), generation: null };
    } finally {
      ended = true;
    }
  };
  await assert.rejects(crawl(job({ source, maxRecords: 2 })), { code: 'SOURCE_TOO_LARGE' });
  assert.ok(ended);
});
