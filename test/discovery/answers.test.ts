// What every answer must keep to, over arbitrary catalogs, people and questions: counts that agree with one another,
// pages that join without a gap, choices that mean what they say.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { FACET_CHOICE, type FacetField } from '../../src/model/choices.ts';
import type { Caller } from '../../src/model/subject.ts';
import type { LocalPolicyEngine } from '../../src/policy/create-engine.ts';
import fc, { runs } from '../support/fast-check.ts';
import { arbitraryQuestion, IMAGES, type QuestionVariables } from '../support/questions.ts';
import { arbitraryRecords, digestOf, imageRecord } from '../support/records.ts';
import { arbitrarySubject } from '../support/subjects.ts';
import { callerOf, createWorld, testEngine, type World } from '../support/world.ts';

const RUNS = runs(8);

/** Pages of a hundred images would cost too much with the components of each. */
const QUESTION = IMAGES.replaceAll(/^ *components\(.*$/gm, '');

interface Access {
  readonly discover: boolean;
  readonly pull: boolean;
  readonly execute: boolean;
}

interface Connection {
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly edges: readonly {
    readonly access: Access;
    readonly node: { readonly id: string } & Record<string, unknown>;
  }[];
  readonly facets: readonly {
    readonly field: FacetField;
    readonly values: readonly { readonly value: string; readonly count: number; readonly chosen: boolean }[];
  }[];
}

/** null: the question was refused. */
async function ask(
  world: World,
  variables: Record<string, unknown>,
  caller: Caller,
): Promise<Connection | null> {
  const answer = JSON.parse(await world.ask(QUESTION, variables, caller)) as {
    data: { images: Connection } | null;
  };
  return answer.data?.images ?? null;
}

async function everything(
  world: World,
  question: QuestionVariables,
  caller: Caller,
): Promise<Connection | null> {
  return ask(world, { ...question, first: 100 }, caller);
}

/** What everyone may see, so that most questions have an answer. */
const OPEN = ['RELION 4.0', 'XDS', 'UFO'].map((title, index) =>
  imageRecord({
    facility: 'kit',
    repository: `open/${index}`,
    digest: digestOf(1_000 + index),
    title,
    created: index === 1 ? null : `2020-01-0${index + 1}T00:00:00.000Z`,
  }),
);

const idsOf = (connection: Connection): string[] => connection.edges.map(({ node }) => node.id);

describe('every answer', () => {
  let engine: LocalPolicyEngine;
  before(async () => {
    engine = await testEngine();
  });
  after(() => engine.close());

  /** Checks over worlds in which the caller sees something, and counts the questions that were answered. */
  async function holds(
    check: (world: World, question: QuestionVariables, caller: Caller, whole: Connection) => Promise<void>,
  ): Promise<void> {
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(arbitraryRecords('desy'), arbitraryRecords('esrf'), arbitraryRecords('esrf', 'hub')),
        arbitrarySubject(),
        fc.array(arbitraryQuestion(), { minLength: 5, maxLength: 7 }),
        async ([desy, esrf, hub], subject, questions) => {
          const world = await createWorld(
            [
              { facility: 'desy', registry: 'main', records: desy },
              { facility: 'esrf', registry: 'main', records: esrf },
              { facility: 'esrf', registry: 'hub', records: hub },
              { facility: 'kit', registry: 'main', records: OPEN },
            ],
            engine,
          );
          const caller = callerOf(subject);
          for (const question of questions) {
            const whole = await everything(world, question, caller);
            if (whole === null || whole.totalCount === 0) continue;
            answered += 1;
            await check(world, question, caller, whole);
          }
        },
      ),
      { numRuns: RUNS },
    );
    assert.ok(answered > RUNS / 10, `only ${answered} questions had an answer`);
  }

  test('says of each facet value the totalCount that `only` of it alone would give', () =>
    holds(async (world, question, caller, whole) => {
      for (const { field, values } of whole.facets) {
        for (const { value, count } of values.slice(0, 3)) {
          const only = { ...question.only, [FACET_CHOICE[field]]: [value] };
          const except = { ...question.except, [FACET_CHOICE[field]]: [] };
          const narrowed = await ask(world, { ...question, only, except, first: 1 }, caller);
          assert.equal(narrowed?.totalCount, count, `${field} ${value}`);
        }
      }
    }));

  test('joins its pages to the whole, each image once', () =>
    holds(async (world, question, caller, whole) => {
      const ids: string[] = [];
      let after: string | null = null;
      do {
        const page: Connection | null = await ask(world, { ...question, after }, caller);
        assert.ok(page !== null);
        ids.push(...idsOf(page));
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      } while (after !== null);
      assert.deepEqual(ids, idsOf(whole));
      assert.equal(new Set(ids).size, whole.totalCount);
    }));

  test('leaves nothing out for a preference, and puts what meets more of them first', () =>
    holds(async (world, question, caller, whole) => {
      const without = await everything(world, { ...question, prefer: {} }, caller);
      assert.deepEqual(without === null ? null : idsOf(without).sort(), idsOf(whole).sort());
      const fields = Object.entries(question.prefer);
      const met = new Map(idsOf(whole).map((id) => [id, 0]));
      // Versions are those of the frameworks beside them, and mean another thing alone.
      if ('versions' in question.prefer && 'frameworks' in question.prefer) return;
      for (const [field, values] of fields) {
        const only = { ...question.only, [field]: values };
        if ((question.only[field] as unknown[] | undefined)?.length) return;
        for (const id of idsOf((await everything(world, { ...question, only }, caller)) ?? whole)) {
          met.set(id, (met.get(id) ?? 0) + 1);
        }
      }
      const counts = idsOf(whole).map((id) => met.get(id) ?? 0);
      assert.deepEqual(
        counts,
        [...counts].sort((a, b) => b - a),
      );
    }));

  test('splits into what `only` keeps and what `except` of the same leaves', () =>
    holds(async (world, question, caller, whole) => {
      for (const [field, values] of Object.entries(question.prefer)) {
        if (field in question.only || field in question.except) continue;
        // Either says what is meant of the other: `except` of RELION beside version 5 is another thing than both alone.
        if (field === 'frameworks' && ('versions' in question.only || 'versions' in question.except))
          continue;
        if (field === 'versions' && 'frameworks' in question.except) continue;
        const kept = await everything(
          world,
          { ...question, only: { ...question.only, [field]: values } },
          caller,
        );
        const left = await everything(
          world,
          { ...question, except: { ...question.except, [field]: values } },
          caller,
        );
        assert.ok(kept !== null && left !== null);
        assert.deepEqual([...idsOf(kept), ...idsOf(left)].sort(), idsOf(whole).sort(), field);
      }
    }));

  test('shows only what may be discovered, and never lets execute without pull', () =>
    holds(async (_world, _question, _caller, whole) => {
      for (const { access } of whole.edges) {
        assert.ok(access.discover);
        assert.ok(!access.execute || access.pull);
      }
    }));
});
