// The order of candidates is that of the simple ranking, page by page, from whichever cursor.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Bits, bitsOf } from '../../src/catalog/bitset.ts';
import { buildSnapshotIndex, type SnapshotIndex } from '../../src/catalog/index/snapshot-index.ts';
import type { SortKey } from '../../src/discovery/cursor.ts';
import type { RankedCandidate } from '../../src/matching/rank.ts';
import { rankVersions } from '../../src/matching/rank-versions.ts';
import { createRankings, type RankingRequest } from '../../src/matching/rankings.ts';
import type { ImageRecord } from '../../src/model/image.ts';
import { createPace } from '../../src/model/pace.ts';
import { loadVocabulary } from '../../src/vocabulary/load.ts';
import { loadMicroarchitectures } from '../../src/vocabulary/microarchitectures.ts';
import fc, { runs } from '../support/fast-check.ts';
import { arbitraryRecords } from '../support/records.ts';
import * as arbitrary from './rules/arbitrary.ts';
import {
  bestOf,
  compareCandidates,
  type SimpleCandidate,
  type SimplePart,
  type SimpleResource,
  simpleRanking,
} from './simple-ranking.ts';

const KNOWN = { vocabulary: loadVocabulary(), microarchitectures: loadMicroarchitectures() };
const REGISTRIES = ['hub', 'main'];
const MOST_RECORDS = 8;
const MOST_RESOURCES = 4;

/** Frameworks in several spellings, with versions that are equal, or written otherwise. */
const frameworks = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom('relion', 'RELION', 'XDS'),
    version: fc.constantFrom('2.0', '3.1', '3.1.0', '4.0-beta', 'latest', null),
    raw: fc.constant('as written'),
  }),
  { minLength: 1, maxLength: 3, selector: ({ name, version }) => `${name} ${version}` },
);

/** All are like one of two, so that several are of one kind, and differ in their versions and in who may run them. */
const records = (registry: string): fc.Arbitrary<ImageRecord[]> =>
  fc
    .tuple(
      arbitraryRecords('esrf', registry, MOST_RECORDS),
      fc.array(arbitrary.image, { minLength: 2, maxLength: 2 }),
      fc.array(frameworks, { minLength: MOST_RECORDS, maxLength: MOST_RECORDS }),
    )
    .map(([all, stating, names]) =>
      all.map((record, index) => {
        const { trust, license } = all[index % 2] ?? record;
        return { ...record, ...stating[index % 2], trust, license, frameworks: names[index] ?? [] };
      }),
    );

const flags = fc.array(fc.boolean(), { minLength: MOST_RECORDS, maxLength: MOST_RECORDS });

const part = (registry: string) =>
  fc.record({
    records: records(registry),
    selected: flags,
    preferred: fc.array(flags, { maxLength: 2 }),
    execute: fc.array(flags, { minLength: MOST_RESOURCES, maxLength: MOST_RESOURCES }),
  });

const worlds = fc.record({
  parts: fc.tuple(...REGISTRIES.map(part)),
  resources: fc.array(
    fc.record({
      resource: arbitrary.resource(2),
      use: fc.boolean(),
      place: fc.nat(MOST_RESOURCES - 1),
      allowsUnverified: fc.boolean(),
    }),
    { maxLength: MOST_RESOURCES },
  ),
  question: arbitrary.question,
});
type GivenWorld = typeof worlds extends fc.Arbitrary<infer World> ? World : never;

let serial = 0;

function indexOf(registry: string, all: readonly ImageRecord[]): Promise<SnapshotIndex> {
  serial += 1;
  const snapshot = {
    ...{ serial, registry, facility: 'esrf', generation: 'g', crawledAt: 0 },
    ...{ records: all, quarantined: [], quarantinedCount: 0 },
  };
  const context = { vocabulary: KNOWN.vocabulary, facilityName: (id: string) => id };
  return buildSnapshotIndex(snapshot, context, createPace());
}

const bitsWhere = (size: number, isIn: readonly boolean[]): Bits =>
  bitsOf(
    size,
    [...Array(size).keys()].filter((index) => isIn[index]),
  );

/** The world as the simple ranking has it. */
function simpleOf({
  parts,
  resources,
}: GivenWorld): readonly [readonly SimplePart[], readonly SimpleResource[]] {
  return [
    parts.map(({ records: all, selected, preferred, execute }) => ({
      records: all,
      selected: bitsWhere(all.length, selected),
      preferred: all.map((_, index) => preferred.filter((flag) => flag[index]).length),
      execute: resources.map(({ place }) => bitsWhere(all.length, execute[place] ?? [])),
    })),
    resources.map(({ resource, use, allowsUnverified }, index) => ({
      resource: { ...resource, id: `esrf/${(index * 7) % MOST_RESOURCES}`, allowsUnverified },
      use,
    })),
  ];
}

/** The world as a question finds it: a verdict for each place, and what is selected. */
async function requestOf(world: GivenWorld): Promise<RankingRequest> {
  const [parts, resources] = simpleOf(world);
  const indexes = await Promise.all(parts.map(({ records: all }, at) => indexOf(REGISTRIES[at] ?? '', all)));
  const verdicts = [...Array(MOST_RESOURCES).keys()].map((place) => ({
    bits: (snapshot: SnapshotIndex['snapshot']): Bits => {
      const at = indexes.findIndex((index) => index.snapshot === snapshot);
      return bitsWhere(snapshot.records.length, world.parts[at]?.execute[place] ?? []);
    },
  }));
  const view = {
    states: indexes.map((index) => ({ index })),
    parts: parts.map(({ selected }, at) => ({ snapshotIndex: indexes[at], discover: selected })),
    verdict: {},
  };
  const most = Math.max(...world.parts.map(({ preferred }) => preferred.length));
  const prefer = [...Array(most).keys()].map((number) => ({
    bits: world.parts.map(({ records: all, preferred }) => bitsWhere(all.length, preferred[number] ?? [])),
  }));
  const matches = { view, prefer, only: [], except: [], within: null, searchMatches: null, nothing: false };
  return {
    question: world.question,
    choices: '',
    resources: resources.map(({ resource, use }) => ({ resource, use, reasons: [] })),
    result: { view, matches },
    views: world.resources.map(({ place }) => ({ verdict: verdicts[place] })),
  } as unknown as RankingRequest;
}

/** A cursor as it comes back. */
const throughText = (key: SortKey): SortKey => JSON.parse(JSON.stringify(key)) as SortKey;

const shown = (candidates: readonly (RankedCandidate | SimpleCandidate)[]) =>
  candidates.map(({ framework, resource, part: at, document, key }) =>
    JSON.stringify([framework, resource, at, document, key]),
  );

test('candidates come as in the simple ranking, page by page', async () => {
  await fc.assert(
    fc.asyncProperty(worlds, fc.integer({ min: 1, max: 4 }), async (world, first) => {
      const expected = bestOf(
        simpleRanking(...simpleOf(world), world.question, KNOWN),
        ({ framework, resource }) => `${resource} ${framework}`,
      );
      const pace = createPace();
      const { ranking } = await createRankings(KNOWN, pace)(await requestOf(world), pace);
      const found: RankedCandidate[] = [];
      for (let after: SortKey | null = null; ; ) {
        const { candidates, left } = await ranking.page(after, first, pace);
        assert.equal(left, expected.length - found.length);
        found.push(...candidates);
        const last = candidates.at(-1);
        if (last === undefined || left === candidates.length) break;
        after = throughText(last.key);
      }
      assert.deepEqual(shown(found), shown(expected));
      assert.equal(ranking.totalCount, expected.length);
      for (const verdict of ['yes', 'unknown', 'no'] as const) {
        assert.equal(ranking.counts[verdict], expected.filter((one) => one.verdict === verdict).length);
      }
    }),
    { numRuns: runs(40) },
  );
});

test('a cursor of images that are not there any more goes on behind them', async () => {
  await fc.assert(
    fc.asyncProperty(worlds, worlds, async (world, before) => {
      const expected = bestOf(
        simpleRanking(...simpleOf(world), world.question, KNOWN),
        ({ framework, resource }) => `${resource} ${framework}`,
      );
      const pace = createPace();
      const { ranking } = await createRankings(KNOWN, pace)(await requestOf(world), pace);
      for (const { key } of simpleRanking(...simpleOf(before), before.question, KNOWN).slice(0, 20)) {
        const { candidates, left } = await ranking.page(throughText(key), 3, pace);
        const behind = expected.filter((one) => compareCandidates(one.key, key) > 0);
        assert.deepEqual([shown(candidates), left], [shown(behind.slice(0, 3)), behind.length]);
      }
    }),
    { numRuns: runs(20) },
  );
});

test('the versions of a candidate are the best image of each, as in the simple ranking', async () => {
  await fc.assert(
    fc.asyncProperty(worlds, fc.integer({ min: 1, max: 4 }), async (world, most) => {
      const all = simpleRanking(...simpleOf(world), world.question, KNOWN);
      const pace = createPace();
      const { ranking, ranked } = await createRankings(KNOWN, pace)(await requestOf(world), pace);
      const { candidates } = await ranking.page(null, 100, pace);
      for (const candidate of candidates) {
        const own = all.filter(
          ({ framework, resource }) => framework === candidate.framework && resource === candidate.resource,
        );
        const expected = bestOf(own, ({ key }) => JSON.stringify(key[5])).slice(0, most);
        assert.deepEqual(shown(rankVersions(candidate, ranked, most)), shown(expected));
      }
    }),
    { numRuns: runs(20) },
  );
});
