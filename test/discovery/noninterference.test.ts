// What a caller may not discover does not exist for them: taking every hidden record away changes no byte of any answer.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import type { ImageRecord } from '../../src/model/image.ts';
import type { Caller } from '../../src/model/subject.ts';
import type { LocalPolicyEngine } from '../../src/policy/create.ts';
import {
  arbitraryQuestion,
  FRAMEWORKS,
  IMAGES,
  LOOKUPS,
  type QuestionVariables,
} from '../support/questions.ts';
import { arbitraryRecords, digestOf } from '../support/records.ts';
import { arbitrarySubject } from '../support/subjects.ts';
import { callerOf, createWorld, testEngine, type World, type WorldRegistry } from '../support/world.ts';

const RUNS = Number(process.env.PANFED_RUNS ?? 60);

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
          const whole = await createWorld(registries, engine);
          const reduced = await withoutHidden(registries, whole, caller, engine);
          hiddenInAll += countRecords(registries) - countRecords(reduced.registries);
          visibleInAll += countRecords(reduced.registries);
          for (const question of questions) await compare(whole, reduced.world, question, caller, told);
          for (const record of registries.flatMap(({ records }) => records ?? [])) {
            await compareLookups(whole, reduced.world, record, caller);
          }
        },
      ),
      { numRuns: RUNS },
    );
    t.diagnostic(`${hiddenInAll} records were hidden and ${visibleInAll} visible; ${JSON.stringify(told)}`);
    assert.ok(hiddenInAll > RUNS && visibleInAll > RUNS, 'both kinds must occur, or nothing was tested');
    assert.ok(told.withImages > RUNS / 2 && told.refused > RUNS / 2, 'answers and refusals must both occur');
  });
});

/** What kinds of answers were compared. */
interface Told {
  answers: number;
  withImages: number;
  refused: number;
}

function arbitraryWorld(): fc.Arbitrary<WorldRegistry[]> {
  const registry = (facility: string, key: string): fc.Arbitrary<WorldRegistry> =>
    fc
      .option(arbitraryRecords(facility, key), { freq: 12 })
      .map((records) => ({ facility, registry: key, records }));
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
): Promise<{ registries: WorldRegistry[]; world: World }> {
  const snapshots = whole.states().flatMap(({ snapshot }) => snapshot ?? []);
  const verdict = await engine.decide(snapshots, caller.subject, null);
  const visible = new Set<ImageRecord>();
  for (const snapshot of snapshots) {
    for (const [index, record] of snapshot.records.entries()) {
      if (verdict.reveal(snapshot, index) !== null) visible.add(record);
    }
  }
  const reduced = registries.map((registry) => ({
    ...registry,
    records: registry.records?.filter((record) => visible.has(record)) ?? null,
  }));
  return { registries: reduced, world: await createWorld(reduced, engine) };
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
