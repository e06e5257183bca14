// What a caller may not discover does not exist for them: taking every hidden record away changes no byte of any answer.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { pino } from 'pino';
import { createExtension, type Extension } from '../../src/graphql/extension/extension.ts';
import type { ComputeResource } from '../../src/model/compute.ts';
import type { ImageRecord } from '../../src/model/image.ts';
import type { Caller } from '../../src/model/subject.ts';
import type { LocalPolicyEngine } from '../../src/policy/create-engine.ts';
import { cluster, nodeType } from '../support/compute.ts';
import { arbitraryComponents, component } from '../support/contents.ts';
import fc, { runs } from '../support/fast-check.ts';
import {
  arbitraryChoices,
  arbitraryQuestion,
  COMPARE,
  FRAMEWORKS,
  IMAGES,
  LOOKUPS,
  MATCH,
  type QuestionVariables,
} from '../support/questions.ts';
import { arbitraryRecords, digestOf, heavyRecord, imageRecord, trustOf } from '../support/records.ts';
import { arbitrarySubject } from '../support/subjects.ts';
import { callerOf, createWorld, testEngine, type World, type WorldRegistry } from '../support/world.ts';

const RUNS = runs(9);

const RESOURCES: readonly ComputeResource[] = [
  cluster({ id: 'esrf/gpu', nodes: [nodeType({ architecture: 'amd64', cores: 8, gpus: [] })] }),
  cluster({ ...{ id: 'desy/cpu', facility: 'desy' }, allowsUnverified: false }),
  cluster({ id: 'esrf/staff', visible: { everyone: false, groups: [], sites: ['esrf'] } }),
];

describe('noninterference', () => {
  let engine: LocalPolicyEngine;
  before(async () => {
    engine = await testEngine();
  });
  after(() => engine.close());

  test('removing every record hidden from a caller changes no byte of any of their answers', async (t) => {
    let hiddenInAll = 0;
    let visibleInAll = 0;
    const told: Told = { answers: 0, withImages: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(
        arbitraryWorld(),
        arbitrarySubject(),
        fc.array(arbitraryQuestion(), { minLength: 3, maxLength: 5 }),
        async (registries, subject, questions) => {
          const caller = callerOf(subject);
          const whole = await createWorld(registries, engine, { resources: RESOURCES });
          const reduced = await withoutHidden(registries, whole, caller, engine, [], RESOURCES);
          hiddenInAll += countRecords(registries) - countRecords(reduced.registries);
          visibleInAll += countRecords(reduced.registries);
          for (const question of questions) await compare(whole, reduced.world, question, caller, told);
          const records = registries.flatMap(({ records }) => records ?? []);
          const images = records.slice(0, 2).map(({ id }) => id);
          for (const question of questions.slice(0, 2))
            await compareMatches(whole, reduced.world, question, caller, images);
          for (const record of some(records)) await compareLookups(whole, reduced.world, record, caller);
          await compareComparisons(whole, reduced.world, records, caller);
        },
      ),
      { numRuns: RUNS },
    );
    t.diagnostic(`${hiddenInAll} records were hidden and ${visibleInAll} visible; ${JSON.stringify(told)}`);
    assert.ok(hiddenInAll > RUNS && visibleInAll > RUNS, 'both kinds must occur, or nothing was tested');
    assert.ok(told.withImages > RUNS / 8 && told.refused > RUNS / 2, 'answers and refusals must both occur');
  });

  test('nor does replacing what is inside images that they may not pull', async (t) => {
    let replaced = 0;
    let shown = 0;
    await fc.assert(
      fc.asyncProperty(
        arbitraryWorld(),
        arbitrarySubject(),
        fc.array(arbitraryComponents(), { minLength: 1, maxLength: 4 }),
        fc.array(arbitraryComponentQuestion(), { minLength: 3, maxLength: 5 }),
        async (arbitrary, subject, others, questions) => {
          const caller = callerOf(subject);
          const registries = [...arbitrary, OPEN];
          const whole = await createWorld(registries, engine);
          const pullable = await allowed(whole, caller, engine, 'pull');
          const changed = registries.map((registry) => ({
            ...registry,
            contents: new Map(
              (registry.records ?? []).flatMap((record, number) => {
                const given = registry.contents?.get(record.id);
                if (pullable.has(record)) {
                  if (given !== undefined && given.length > 0) shown += 1;
                  return given === undefined ? [] : [[record.id, given]];
                }
                replaced += 1;
                const other = others[number % others.length];
                return other === undefined ? [] : [[record.id, other]];
              }),
            ),
          }));
          const other = await createWorld(changed, engine);
          for (const question of questions) {
            assert.equal(
              await whole.ask(IMAGES, { ...question }, caller),
              await other.ask(IMAGES, { ...question }, caller),
            );
          }
          const records = registries.flatMap(({ records }) => records ?? []);
          for (const record of some(records)) await compareLookups(whole, other, record, caller);
          await compareComparisons(whole, other, records, caller);
        },
      ),
      { numRuns: RUNS },
    );
    t.diagnostic(`contents of ${replaced} images were replaced, and of ${shown} shown`);
    assert.ok(replaced > RUNS && shown >= 2 * RUNS, 'both must occur, or nothing was tested');
  });

  test('nor does it with heavy records, unknown names, own fields, and registries that are left out', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryWorld(),
        arbitrarySubject(),
        fc.array(fc.nat(3), { maxLength: 3 }),
        fc.record({ only: arbitraryChoices(), except: arbitraryChoices() }, { requiredKeys: [] }),
        fc.array(fc.constantFrom('relio', 'heavvy', 'xdss', 'unknown'), { minLength: 1, maxLength: 10 }),
        async (registries, subject, heavy, choices, names) => {
          const caller = callerOf(subject);
          const records = heavy.map((kind, n) =>
            heavyRecord(n, {
              facility: 'hzb',
              listed: kind > 1,
              frameworks: [{ name: `heavy${n}`, version: null, raw: 'heavy' }],
            }),
          );
          const all = [...registries, { facility: 'hzb', registry: 'main', records }];
          const extensions = [ownFields()];
          const whole = await createWorld(all, engine, { extensions });
          const reduced = await withoutHidden(all, whole, caller, engine, extensions);
          const variables = { ...choices, names };
          const answer = await whole.ask(UNUSUAL, variables, caller);
          assert.equal(answer, await reduced.world.ask(UNUSUAL, variables, caller));
        },
      ),
      { numRuns: Math.ceil(RUNS / 3) },
    );
  });
});

/** Images that everybody may pull, with something inside. */
const OPEN: WorldRegistry = (() => {
  const records = [201, 202].map((number) =>
    imageRecord({ facility: 'kit', digest: digestOf(number), trust: trustOf('verified', ['KIT']) }),
  );
  const lists = [[component('mkl', '2017.0.3')], [component('openssl', '3.0.7'), component('hdf5', '1.1')]];
  const contents = new Map(records.map(({ id }, number) => [id, lists[number] ?? []]));
  return { facility: 'kit', registry: 'main', records, contents };
})();

/** ESRF's own fields: what they say depends on nothing but the id that is asked for. */
function ownFields(): Extension {
  return createExtension({
    ...{ facility: 'esrf', registry: 'main', deadline: 10_000, maxBytes: 1_000_000, keep: 0 },
    sdl: 'type Query { imagesById(ids: [ID!]!): [Image]! } type Image { contact: String }',
    endpoint: {
      read: async ({ variables }, read) => {
        const ids = (variables?.ids ?? []) as readonly string[];
        const imagesById = ids.map((id) => ({ __typename: 'Image', contact: `ask for ${id}` }));
        return { value: await read(Buffer.from(JSON.stringify({ data: { imagesById } }))), bytes: 1 };
      },
    },
    logger: pino({ level: 'silent' }),
  });
}

const UNUSUAL = `query Unusual($only: Choices, $except: Choices, $names: [String!]!) {
  chosen: images(only: $only, except: $except, first: 5) { ${'totalCount nodes { id esrf { contact } sameDigest { id } } sources { status records } facets(fields: [FACILITY FRAMEWORK]) { values { value count } }'} }
  unknown: images(only: { frameworks: $names }) { totalCount notices { message suggestions } }
  techniques(term: "scattering technique") { complete senses { imageCount broader { imageCount } narrower { imageCount technique { id } } } }
}`;

/** What kinds of answers were compared. */
interface Told {
  answers: number;
  withImages: number;
  refused: number;
}

function arbitraryWorld(): fc.Arbitrary<WorldRegistry[]> {
  const registry = (facility: string, key: string): fc.Arbitrary<WorldRegistry> =>
    fc
      .tuple(
        fc.option(arbitraryRecords(facility, key), { freq: 12 }),
        fc.array(fc.option(arbitraryComponents(), { freq: 3 }), { minLength: 1, maxLength: 6 }),
      )
      .map(([records, lists]) => ({
        ...{ facility, registry: key, records },
        contents: new Map(
          (records ?? []).flatMap(({ id }, number) => {
            const list = lists[number % lists.length] ?? null;
            return list === null ? [] : [[id, list]];
          }),
        ),
      }));
  return fc
    .tuple(
      registry('desy', 'main'),
      registry('esrf', 'main'),
      registry('esrf', 'hub'),
      registry('elettra', 'main'),
      registry('hzb', 'hub'),
    )
    .map((all) => [...all]);
}

const countRecords = (registries: readonly WorldRegistry[]): number =>
  registries.reduce((sum, { records }) => sum + (records?.length ?? 0), 0);

/** The same registries without what the caller may not discover, by the decisions themselves. */
async function withoutHidden(
  registries: readonly WorldRegistry[],
  whole: World,
  caller: Caller,
  engine: LocalPolicyEngine,
  extensions: readonly Extension[] = [],
  resources: readonly ComputeResource[] = [],
): Promise<{ registries: WorldRegistry[]; world: World }> {
  const visible = await allowed(whole, caller, engine, 'discover');
  const reduced = registries.map((registry) => {
    const records = registry.records?.filter((record) => visible.has(record)) ?? null;
    const ids = new Set(records?.map(({ id }) => id));
    return {
      ...{ ...registry, records },
      contents: new Map([...(registry.contents ?? [])].filter(([id]) => ids.has(id))),
    };
  });
  return { registries: reduced, world: await createWorld(reduced, engine, { extensions, resources }) };
}

/** The records with which the caller may do it, by the decisions themselves. */
async function allowed(
  world: World,
  caller: Caller,
  engine: LocalPolicyEngine,
  action: 'discover' | 'pull',
): Promise<ReadonlySet<ImageRecord>> {
  const snapshots = world.states().flatMap(({ snapshot }) => snapshot ?? []);
  const verdict = await engine.decide(snapshots, caller.subject, null);
  const found = new Set<ImageRecord>();
  for (const snapshot of snapshots) {
    for (const [index, record] of snapshot.records.entries()) {
      const image = verdict.reveal(snapshot, index);
      if (image !== null && verdict.access(image)[action]) found.add(record);
    }
  }
  return found;
}

/** A question with a choice of components on one of its sides, and so with suggestions, preferences or facets of it. */
const arbitraryComponentQuestion = (): fc.Arbitrary<QuestionVariables> =>
  fc
    .tuple(
      arbitraryQuestion(),
      fc.constantFrom('only', 'except', 'prefer' as const),
      fc.constantFrom('mkl', 'mkl@2017.0.3', 'openssl@<3.0.8', 'pkg:pypi/numpy', 'hdf', 'opensl', 'zlib'),
    )
    .map(([question, side, text]) => ({
      ...{ ...question, only: {}, except: {}, prefer: {}, search: null },
      [side]: { components: [text] },
    }));

async function compareComparisons(
  whole: World,
  other: World,
  records: readonly ImageRecord[],
  caller: Caller,
): Promise<void> {
  for (const [index, { id }] of records.slice(0, 6).entries()) {
    const variables = { a: id, b: records[records.length - 1 - index]?.id ?? id };
    assert.equal(await whole.ask(COMPARE, variables, caller), await other.ask(COMPARE, variables, caller));
  }
}

/** Where images match is the same, page by page; `may` is no choice there. */
async function compareMatches(
  whole: World,
  other: World,
  { only, except, prefer }: QuestionVariables,
  caller: Caller,
  images: readonly string[],
): Promise<void> {
  const without = (choices: object | undefined): object => ({ ...choices, may: null });
  const sides = { only: without(only), except: without(except), prefer: without(prefer) };
  // One image alone, hidden or not, is asked about as any other.
  for (const image of images) {
    const variables = { image, ...sides, first: 5 };
    assert.equal(await whole.ask(MATCH, variables, caller), await other.ask(MATCH, variables, caller));
  }
  for (const data of [null, { format: 'HDF5', technique: 'electron microscopy', facility: 'esrf' }]) {
    let after: string | null = null;
    for (let page = 0; page < 2; page++) {
      const variables: Record<string, unknown> = { data, ...sides, first: 5, after };
      const answer: string = await whole.ask(MATCH, variables, caller);
      assert.equal(answer, await other.ask(MATCH, variables, caller));
      after = JSON.parse(answer).data?.match?.pageInfo.endCursor ?? null;
      if (after === null) break;
    }
  }
}

/** Both answer alike, page by page, with the cursors that they gave. */
async function compare(
  whole: World,
  reduced: World,
  question: QuestionVariables,
  caller: Caller,
  told: Told,
): Promise<void> {
  for (const document of [IMAGES, FRAMEWORKS]) {
    let after: string | null = null;
    for (let page = 0; page < 3; page++) {
      const variables: Record<string, unknown> = { ...question, after };
      const answer = await whole.ask(document, variables, caller);
      assert.equal(answer, await reduced.ask(document, variables, caller));
      told.answers += 1;
      if (answer.includes('"BAD_CHOICE"')) told.refused += 1;
      if (answer.includes('"node":{')) told.withImages += 1;
      after = nextCursor(answer);
      if (after === null) break;
    }
  }
}

/** Twelve records at most, from all registries; where there are more, other ones in other worlds. */
function some(records: readonly ImageRecord[]): readonly ImageRecord[] {
  const step = Math.ceil(records.length / 12);
  return records.filter((_, index) => index % step === records.length % step);
}

async function compareLookups(
  whole: World,
  reduced: World,
  record: ImageRecord,
  caller: Caller,
): Promise<void> {
  const variables = { id: record.id, digest: record.digest ?? digestOf(0), reference: record.reference };
  assert.equal(await whole.ask(LOOKUPS, variables, caller), await reduced.ask(LOOKUPS, variables, caller));
  const framework = { ...variables, id: `framework:${record.frameworks[0]?.name ?? ''}` };
  assert.equal(await whole.ask(LOOKUPS, framework, caller), await reduced.ask(LOOKUPS, framework, caller));
}

function nextCursor(answer: string): string | null {
  const { data } = JSON.parse(answer) as {
    data?: Record<string, { pageInfo?: { hasNextPage: boolean; endCursor: string } }>;
  };
  const info = Object.values(data ?? {})[0]?.pageInfo;
  return info?.hasNextPage ? info.endCursor : null;
}
