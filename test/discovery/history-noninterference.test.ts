// What a caller may not discover, and what no registry has any more, was never there for them: a history without it has
// the same bytes. The histories are those that the store makes of crawls, within bounds that they exceed.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ImageRecord } from '../../src/model/image.ts';
import type { Caller } from '../../src/model/subject.ts';
import type { LocalPolicyEngine } from '../../src/policy/create-engine.ts';
import type { HistoryBounds } from '../../src/store/history/history-bounds.ts';
import type { TaggedImage, TagHistory } from '../../src/store/store.ts';
import fc, { runs } from '../support/fast-check.ts';
import { arbitraryRecords, digestOf, imageRecord } from '../support/records.ts';
import { arbitrarySubject } from '../support/subjects.ts';
import { storeOfTags, type TagCrawl } from '../support/tag-history.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { callerOf, createWorld, NOW, testEngine, type World, type WorldRegistry } from '../support/world.ts';

const RUNS = runs(8);
const DAY = 86_400_000;
/** Crawls, one every two days; the last was yesterday. */
const CRAWLS = 5;
/** Less than most images and tags here have, so that each bound is met. */
const BOUNDS: HistoryBounds = { ended: 1, keptMs: 3 * DAY, read: 2 };
const TAGS = ['latest', '3.1'];
/** Few, so that an image has others before it. */
const REPOSITORIES = ['em/relion', 'mx/xds'];

const timeOf = (crawl: number): number => NOW - DAY * (2 * (CRAWLS - crawl) - 1);

/** A registry, and which images it had at each crawl, with which tags. */
interface Lab {
  readonly registry: WorldRegistry;
  readonly crawls: readonly TagCrawl[];
}

describe('noninterference of the history', () => {
  let engine: LocalPolicyEngine;
  before(async () => {
    engine = await testEngine();
  });
  after(() => engine.close());

  test('taking away every image that is hidden or no more, at all times, changes no byte of any answer', async (context) => {
    const folder = temporaryFolder(context);
    const told = { runs: 0, spans: 0, gone: 0, taken: 0, moved: 0, lately: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(arbitraryLab('esrf', 'main'), arbitraryLab('esrf', 'hub'), arbitraryLab('elettra', 'main')),
        arbitrarySubject(),
        async (labs, subject) => {
          const caller = callerOf(subject);
          told.runs += 1;
          const whole = await storeOfTags(
            `${folder}/${told.runs}-whole.sqlite`,
            labs.flatMap(({ crawls }) => crawls),
            BOUNDS,
            NOW,
          );
          const visible = await visibleIn(labs, caller, engine);
          const kept = labs.map((lab) => reduced(lab, visible));
          const less = await storeOfTags(
            `${folder}/${told.runs}-less.sqlite`,
            kept.flatMap(({ crawls }) => crawls),
            BOUNDS,
            NOW,
          );
          try {
            told.taken += count(labs) - count(kept);
            const one = await worldOf(labs, engine, whole.history);
            const other = await worldOf(kept, engine, less.history);
            for (const { document, variables } of questions(labs)) {
              const answer = await one.ask(document, variables, caller);
              assert.equal(answer, await other.ask(document, variables, caller));
              told.spans += answer.split('"since":').length - 1;
              told.gone += answer.split('"digest":null').length - 1;
              told.moved += answer.split('TAG_MOVED').length - 1;
              told.lately += answer.split('"lately":{').length - 1;
            }
          } finally {
            await whole.close();
            await less.close();
          }
        },
      ),
      { numRuns: RUNS },
    );
    context.diagnostic(JSON.stringify(told));
    for (const [what, times] of Object.entries(told)) {
      assert.ok(times > 0, `${what} must occur, or nothing was tested`);
    }
  });
});

function arbitraryLab(facility: string, key: string): fc.Arbitrary<Lab> {
  return arbitraryRecords(facility, key, 8).chain((records) => {
    const named = inFewRepositories(records);
    const images = [
      ...named.map(({ repository, digest }) => ({ repository, digest: digest ?? '' })),
      // Images of another repository, or that the registry has no more.
      ...REPOSITORIES.flatMap((repository) =>
        [1, 2, 9_001].map((seed) => ({ repository, digest: digestOf(seed) })),
      ),
    ];
    const image = fc
      .tuple(fc.constantFrom(...images), fc.subarray(TAGS))
      .map(([some, tags]) => ({ ...some, tags }));
    return fc
      .array(fc.array(image, { maxLength: 9 }), { minLength: CRAWLS - 1, maxLength: CRAWLS - 1 })
      .map((past) => {
        const crawls = [...past, imagesOf(named)].map((some, crawl) => ({
          ...{ facility, registry: key, at: timeOf(crawl + 1), images: some },
        }));
        return { registry: { facility, registry: key, records: named }, crawls };
      });
  });
}

/** The same images in few repositories, with few tags, each digest once; some of them open to everyone. */
function inFewRepositories(records: readonly ImageRecord[]): ImageRecord[] {
  return records.map((record, n) => {
    const repository = REPOSITORIES[n % REPOSITORIES.length] as string;
    const digest = digestOf(n + 1);
    const name = `${repository}@${digest}`;
    return {
      ...(n % 3 === 0 ? record : imageRecord({ facility: record.facility, registry: record.registry })),
      ...{ repository, digest, upstreamId: name, tags: TAGS.slice(0, (n >> 1) % 3) },
      id: `${record.facility}/${record.registry}/${name}`,
      reference: `registry.${record.facility}.example/${name}`,
    };
  });
}

const imagesOf = (records: readonly ImageRecord[]): TaggedImage[] =>
  records.flatMap(({ repository, tags, digest }) => (digest === null ? [] : [{ repository, tags, digest }]));

const worldOf = (
  labs: readonly Lab[],
  engine: LocalPolicyEngine,
  history: TagHistory | null,
): Promise<World> =>
  createWorld(
    labs.map(({ registry }) => registry),
    engine,
    { history },
  );

/** Ids of the images that the caller may discover, by the decisions themselves. */
async function visibleIn(
  labs: readonly Lab[],
  caller: Caller,
  engine: LocalPolicyEngine,
): Promise<ReadonlySet<string>> {
  const snapshots = (await worldOf(labs, engine, null)).states().flatMap(({ snapshot }) => snapshot ?? []);
  const verdict = await engine.decide(snapshots, caller.subject, null);
  return new Set(
    snapshots.flatMap((snapshot) =>
      snapshot.records.flatMap(({ id }, index) => (verdict.reveal(snapshot, index) === null ? [] : [id])),
    ),
  );
}

/** The same without what the caller may not discover now, today and at all times before. */
function reduced({ registry, crawls }: Lab, visible: ReadonlySet<string>): Lab {
  const { facility, registry: key, records } = registry;
  const isVisible = ({ repository, digest }: TaggedImage): boolean =>
    visible.has(`${facility}/${key}/${repository}@${digest}`);
  return {
    registry: { ...registry, records: records?.filter(({ id }) => visible.has(id)) ?? null },
    crawls: crawls.map((crawl) => ({ ...crawl, images: crawl.images.filter(isVisible) })),
  };
}

const count = (labs: readonly Lab[]): number =>
  labs.reduce((sum, { crawls }) => sum + crawls.reduce((all, { images }) => all + images.length, 0), 0);

const SPANS = 'tag digest since until';
const BY_TAG = `query ByTag($reference: String!, ${timesOf((time) => `$${time}: DateTime`, ', ')}) {
  tagHistory(reference: $reference, first: 100) { ${SPANS} }
  few: tagHistory(reference: $reference, first: 2) { ${SPANS} }
  image(reference: $reference) { id notices { code message tag since } tagHistory(first: 100) { ${SPANS} } }
  ${timesOf((time) => `${time}: image(reference: $reference, asOf: $${time}) { id tags notices { tag } }`, '\n  ')}
}`;
const BY_ID = `query ById($id: ID!) { image(id: $id) { notices { code message tag since } tagHistory(first: 100) { ${SPANS} } } }`;

/** `lately` is one of them whose answers are counted. */
function timesOf(write: (time: string) => string, between: string): string {
  return ['lately', 't1', 't2', 't3', 't4', 't5'].map(write).join(between);
}

function questions(labs: readonly Lab[]): { document: string; variables: Record<string, unknown> }[] {
  const iso = (time: number): string => new Date(time).toISOString();
  const times = {
    lately: iso(timeOf(CRAWLS) + 1),
    t1: iso(timeOf(CRAWLS) - 1),
    t2: iso(timeOf(CRAWLS - 1)),
    t3: iso(timeOf(3)),
    t4: iso(timeOf(1)),
    t5: iso(timeOf(0)),
  };
  const facilities = new Set(labs.map(({ registry }) => registry.facility));
  const byTag = [...facilities, 'desy'].flatMap((facility) =>
    REPOSITORIES.flatMap((repository) =>
      [...TAGS, 'none'].map((tag) => ({
        document: BY_TAG,
        variables: { reference: `registry.${facility}.example/${repository}:${tag}`, ...times },
      })),
    ),
  );
  const byId = labs.flatMap(({ registry }) =>
    (registry.records ?? []).map(({ id }) => ({ document: BY_ID, variables: { id } })),
  );
  return [...byTag, ...byId];
}
