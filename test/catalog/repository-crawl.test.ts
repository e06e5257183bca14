// A snapshot after a crawl of some of its repositories is as a crawl of all would have found these, and else as it was.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { crawl } from '../../src/catalog/crawl.ts';
import { createDeadline } from '../../src/catalog/deadline.ts';
import { withRepositories } from '../../src/catalog/repository-crawl.ts';
import { SYSTEM_CLOCK } from '../../src/model/clock.ts';
import { preparing } from '../../src/model/pace.ts';
import { NOBODY_TRUSTED } from '../../src/trust/settings.ts';
import { fakeSource, node, PLACE, SMALL_VOCABULARY } from '../support/catalog.ts';
import fc, { runs } from '../support/fast-check.ts';

const digest = (at: number): string => `sha256:${String(at).padStart(64, '0')}`;

async function crawled(nodes: readonly unknown[]) {
  const { records, quarantine } = await crawl({
    ...{ source: fakeSource('esrf', [...nodes]), place: PLACE, rules: [], vocabulary: SMALL_VOCABULARY },
    trustSettings: NOBODY_TRUSTED,
    ...{ maxRecords: 10_000, pace: preparing, deadline: createDeadline(60_000, SYSTEM_CLOCK) },
    onPage: () => {},
  });
  return { records, quarantined: quarantine.listed, quarantinedCount: quarantine.count, quarantine };
}

/** Each repository has images, of which some are quarantined. */
const registry = fc.array(
  fc.record({
    repository: fc.constantFrom('em/a', 'em/a/b', 'em/b', 'mx/c'),
    digest: fc.nat(5).map(digest),
    tags: fc.uniqueArray(fc.constantFrom('1', '2', '3')),
    sharing: fc.constantFrom('open', 'open', 'opne'),
  }),
);

const nodesOf = (images: readonly object[]) => images.map((image) => node({ id: null, ...image }));

const sorted = (entries: readonly object[]): readonly string[] =>
  entries.map((entry) => JSON.stringify(entry)).sort();

describe('a crawl of some repositories', () => {
  test('gives the records and the quarantine of these, and leaves all others', async () => {
    const some = fc.uniqueArray(fc.constantFrom('em/a', 'em/b', 'mx/c'));
    await fc.assert(
      fc.asyncProperty(registry, registry, some, async (before, now, names) => {
        const repositories: ReadonlySet<string> = new Set(names);
        const isNamed = ({ repository }: { readonly repository: string }) => repositories.has(repository);
        const known = await crawled(nodesOf(before));
        const partial = await crawled(nodesOf(now.filter(isNamed)));
        const found = await withRepositories(known, partial, repositories, preparing);
        const whole = await crawled(
          nodesOf([...before.filter((image) => !isNamed(image)), ...now.filter(isNamed)]),
        );
        assert.deepEqual(found.records, whole.records);
        assert.deepEqual(sorted(found.quarantine.listed), sorted(whole.quarantine.listed));
        assert.equal(found.quarantine.count, whole.quarantine.count);
      }),
      { numRuns: runs(50) },
    );
  });

  test('gives nothing of a repository that was not asked for', async () => {
    const known = await crawled(nodesOf([{ repository: 'em/a', digest: digest(1) }]));
    const partial = await crawled(nodesOf([{ repository: 'em/b', digest: digest(2) }]));
    const found = await withRepositories(known, partial, new Set(['em/a']), preparing);
    assert.deepEqual(found.records, []);
  });

  test('leaves the count of what is quarantined where not all of that is listed', async () => {
    const broken = Array.from({ length: 1_200 }, (_, at) => ({
      ...{ repository: 'em/a', digest: digest(at), sharing: 'opne' },
    }));
    const known = await crawled(nodesOf(broken));
    let found: Pick<Awaited<ReturnType<typeof withRepositories>>, 'quarantine'> = known;
    for (let time = 0; time < 3; time += 1) {
      const { listed, count } = found.quarantine;
      found = await withRepositories(
        ...([{ records: [], quarantined: listed, quarantinedCount: count }, known] as const),
        ...([new Set(['em/a']), preparing] as const),
      );
    }
    assert.deepEqual([found.quarantine.count, found.quarantine.listed.length], [1_200, 1_000]);
  });
});
