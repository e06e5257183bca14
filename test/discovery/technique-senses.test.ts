// Terms of several senses: as choices, in a search, and asked for.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { termSchema } from '../../src/config/terms.ts';
import { ANONYMOUS, type Caller } from '../../src/model/subject.ts';
import type { LocalPolicyEngine } from '../../src/policy/create-engine.ts';
import { createVocabulary } from '../../src/vocabulary/load.ts';
import { digestOf, GROUPS, imageRecord } from '../support/records.ts';
import { subject } from '../support/subjects.ts';
import { CONFIG, callerOf, createWorld, testEngine, type World } from '../support/world.ts';

const TERMS: Readonly<Record<string, readonly object[]>> = {
  kit: [{ term: 'EM', label: 'expectation maximization', broader: ['tomography'] }],
  hzb: [{ term: 'EM', label: 'electromagnetic simulation' }],
};
const vocabulary = createVocabulary({
  ...CONFIG,
  facilities: CONFIG.facilities.map((facility) => ({
    ...facility,
    terms: (TERMS[facility.id] ?? []).map((term) => termSchema.parse(term)),
  })),
});
const KIT = 'term:expectation-maximization';
const HZB = 'term:electromagnetic-simulation';
const PANET = 'PaNET01145';

let engine: LocalPolicyEngine;
let world: World;
let seed = 0;
function image(facility: string, repository: string, techniques: readonly string[], overrides = {}) {
  seed += 1;
  return imageRecord({
    facility,
    repository,
    title: repository,
    digest: digestOf(seed),
    techniques,
    ...overrides,
  });
}
const hidden = {
  ...{ sharing: 'conditional', stated: { sharing: 'conditional' }, groups: [GROUPS[4]] },
};
const member: Caller = callerOf(subject({ groups: [GROUPS[4]] }), 'member');

before(async () => {
  engine = await testEngine();
  world = await createWorld(
    [
      {
        facility: 'esrf',
        registry: 'main',
        records: [image('esrf', 'microscope', [PANET]), image('esrf', 'peem', ['PaNET01146'])],
      },
      {
        facility: 'kit',
        registry: 'main',
        records: [image('kit', 'iterative', [KIT]), image('kit', 'secret', [KIT], hidden)],
      },
      { facility: 'hzb', registry: 'main', records: [image('hzb', 'fields', [HZB])] },
    ],
    engine,
    { vocabulary },
  );
});
after(() => engine.close());

const IMAGES = `query ($search: String, $only: Choices, $except: Choices, $prefer: Choices) {
  images(search: $search, only: $only, except: $except, prefer: $prefer) {
    nodes { title } notices { code message suggestions }
    facets(fields: [TECHNIQUE]) { values { value label count } }
  }
}`;

async function images(variables: Record<string, unknown>) {
  const { data, errors } = JSON.parse(await world.ask(IMAGES, variables));
  return {
    titles: data?.images.nodes.map(({ title }: { title: string }) => title).sort(),
    notices: data?.images.notices,
    facet: data?.images.facets[0].values,
    error: errors?.[0],
  };
}

describe('a choice of a term that means several techniques', () => {
  for (const side of ['only', 'except', 'prefer']) {
    test(`is refused in ${side}, with each sense and what to choose`, async () => {
      const { error } = await images({ [side]: { techniques: ['em'] } });
      assert.equal(error.extensions.code, 'AMBIGUOUS_TERM');
      assert.equal(
        error.message,
        '"em" means electron microscopy, or expectation maximization at Lab KIT, or electromagnetic simulation at Lab HZB.',
      );
      const choices = ['electron microscopy', 'expectation maximization', 'electromagnetic simulation'];
      assert.deepEqual(error.extensions.suggestions, choices);
      assert.deepEqual(error.extensions.ambiguous, [
        {
          ...{ field: 'techniques', value: 'em' },
          senses: [
            { id: PANET, label: choices[0], facilities: [] },
            { id: KIT, label: choices[1], facilities: ['kit'] },
            { id: HZB, label: choices[2], facilities: ['hzb'] },
          ],
        },
      ]);
      for (const choice of choices) {
        assert.equal((await images({ [side]: { techniques: [choice] } })).error, undefined);
      }
    });
  }

  test('means what the one facility means that is chosen, and PaNET where it has no such term', async () => {
    const chosen = async (...facilities: string[]) =>
      (await images({ only: { techniques: ['EM'], facilities } })).titles;
    assert.deepEqual(await chosen('kit'), ['iterative']);
    assert.deepEqual(await chosen('Lab HZB'), ['fields']);
    assert.deepEqual(await chosen('esrf'), ['microscope', 'peem']);
    assert.deepEqual(await chosen('kit', 'KIT'), ['iterative']);
    assert.equal(
      (await images({ only: { techniques: ['EM'], facilities: ['kit', 'hzb'] } })).error?.extensions.code,
      'AMBIGUOUS_TERM',
    );
    const apart = await images({ only: { facilities: ['hzb'] }, except: { techniques: ['EM'] } });
    assert.deepEqual(apart.titles, []);
  });

  test('is no other choice: an id, a label and a synonym of one technique are what they were', async () => {
    assert.deepEqual((await images({ only: { techniques: [KIT] } })).titles, ['iterative']);
    assert.deepEqual((await images({ only: { techniques: ['tomography'] } })).titles, ['iterative']);
    assert.deepEqual((await images({ only: { techniques: ['PEEM'] } })).titles, ['peem']);
  });

  test('has the names of labs in the facet', async () => {
    const { facet } = await images({ only: { facilities: ['kit'] } });
    assert.deepEqual(facet, [{ value: KIT, label: 'expectation maximization', count: 1 }]);
  });
});

describe('a search for a term that means several techniques', () => {
  test('finds them all, and says what may be chosen', async () => {
    for (const search of ['EM', 'em microscope']) {
      const { notices } = await images({ search });
      assert.deepEqual(
        notices.map(({ code, suggestions }: { code: string; suggestions: string[] }) => [code, suggestions]),
        [
          [
            'AMBIGUOUS_TERM',
            ['electron microscopy', 'expectation maximization', 'electromagnetic simulation'],
          ],
        ],
      );
    }
    assert.deepEqual((await images({ search: 'EM' })).titles, ['fields', 'iterative', 'microscope', 'peem']);
  });

  test('has no notice where one facility is chosen, or the words mean one technique', async () => {
    assert.deepEqual((await images({ search: 'EM', only: { facilities: ['kit'] } })).notices, []);
    assert.deepEqual((await images({ search: 'electron microscopy' })).notices, []);
  });
});

const SENSES = `query ($term: String!) {
  techniques(term: $term) {
    isAmbiguous complete suggestions sources { registry status }
    senses {
      choice isGeneral imageCount facilities { id } technique { id label synonyms definition }
      broader { imageCount technique { id } } narrower { imageCount technique { label } }
    }
  }
}`;

async function senses(term: string, caller = ANONYMOUS) {
  return JSON.parse(await world.ask(SENSES, { term }, caller)).data.techniques;
}

describe('techniques(term)', () => {
  test('gives every sense, with what is above and below, and the images that the caller may discover', async () => {
    const { isAmbiguous, complete, suggestions, senses: found, sources } = await senses('E-M');
    assert.deepEqual([isAmbiguous, complete, suggestions], [true, true, []]);
    assert.equal(sources.length, 3);
    assert.deepEqual(found, [
      {
        ...{ choice: 'electron microscopy', isGeneral: true, imageCount: 2, facilities: [] },
        technique: { id: PANET, label: 'electron microscopy', synonyms: ['EM'], definition: null },
        broader: [
          { imageCount: 2, technique: { id: 'PaNET01047' } },
          { imageCount: 2, technique: { id: 'PaNET01069' } },
        ],
        narrower: [{ imageCount: 1, technique: { label: 'photoemission electron microscopy' } }],
      },
      {
        ...{
          choice: 'expectation maximization',
          isGeneral: false,
          imageCount: 1,
          facilities: [{ id: 'kit' }],
        },
        technique: { id: KIT, label: 'expectation maximization', synonyms: [], definition: null },
        broader: [{ imageCount: 1, technique: { id: 'PaNET01129' } }],
        narrower: [],
      },
      {
        ...{
          choice: 'electromagnetic simulation',
          isGeneral: false,
          imageCount: 1,
          facilities: [{ id: 'hzb' }],
        },
        technique: { id: HZB, label: 'electromagnetic simulation', synonyms: [], definition: null },
        ...{ broader: [], narrower: [] },
      },
    ]);
  });

  test('counts for each caller what they may discover', async () => {
    const counts = async (caller: Caller) =>
      (await senses('expectation maximization', caller)).senses.map(
        ({ imageCount }: { imageCount: number }) => imageCount,
      );
    assert.deepEqual(await counts(ANONYMOUS), [1]);
    assert.deepEqual(await counts(member), [2]);
  });

  test('gives the technique of an id, and names near a term without a sense', async () => {
    const byId = await senses('http://purl.org/pan-science/PaNET/PaNET01146');
    assert.deepEqual(
      [byId.isAmbiguous, byId.senses.length, byId.senses[0].technique.id],
      [false, 1, 'PaNET01146'],
    );
    const unknown = await senses('tomografy');
    assert.deepEqual([unknown.senses, unknown.suggestions[0]], [[], 'tomography']);
    assert.deepEqual((await senses('')).senses, []);
  });
});
