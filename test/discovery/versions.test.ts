// Versions as choices and facets, the order of what is equally relevant, and what is said of a search.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ANONYMOUS, type Caller } from '../../src/model/subject.ts';
import type { LocalPolicyEngine } from '../../src/policy/create-engine.ts';
import { digestOf, GROUPS, imageRecord } from '../support/records.ts';
import { subject } from '../support/subjects.ts';
import { callerOf, createWorld, testEngine, type World } from '../support/world.ts';

let engine: LocalPolicyEngine;
let world: World;

let seed = 0;
function image(repository: string, versions: Record<string, string | null>, overrides = {}) {
  seed += 1;
  return imageRecord({
    ...{ repository, digest: digestOf(seed), title: repository, tags: ['latest'] },
    frameworks: Object.entries(versions).map(([name, version]) => ({ name, version, raw: name })),
    ...overrides,
  });
}

const HIDDEN = image(
  'secret',
  { RELION: '6.0' },
  {
    ...{ sharing: 'conditional', stated: { sharing: 'conditional' }, groups: [GROUPS[4]] },
  },
);
const member: Caller = callerOf(subject({ groups: [GROUPS[4]] }), 'member');

before(async () => {
  engine = await testEngine();
  world = await createWorld(
    [
      {
        ...{ facility: 'desy', registry: 'main' },
        records: [
          image('a-old', { RELION: '2.1' }),
          image('b-both', { RELION: '3.1', CTFFIND: '5.0' }),
          image('z-none', { RELION: null }),
        ],
      },
      {
        ...{ facility: 'esrf', registry: 'main' },
        records: [
          image('c-four', { RELION: '4.0.1' }),
          image('d-beta', { RELION: '4.0-beta-2' }),
          image('e-five', { RELION: '5.0' }),
          HIDDEN,
        ].sort((a, b) => (a.id < b.id ? -1 : 1)),
      },
    ],
    engine,
  );
});
after(() => engine.close());

const QUESTION = `query ($search: String, $only: Choices, $except: Choices, $prefer: Choices, $fields: [FacetField!]!) {
  images(search: $search, only: $only, except: $except, prefer: $prefer, first: 50) {
    totalCount nodes { title } notices { code message } facets(fields: $fields) { values { value count chosen } }
  }
}`;

async function ask(variables: Record<string, unknown>, caller = ANONYMOUS) {
  const answer = JSON.parse(await world.ask(QUESTION, { fields: [], ...variables }, caller));
  const { images } = answer.data ?? {};
  return {
    titles: images?.nodes.map(({ title }: { title: string }) => title) as string[],
    notices: images?.notices as { code: string; message: string }[],
    facet: images?.facets[0]?.values as { value: string; count: number; chosen: boolean }[],
    error: answer.errors?.[0] ?? answer.refused,
  };
}
const sorted = async (variables: Record<string, unknown>) => (await ask(variables)).titles.sort();
const relion = { frameworks: ['relion'] };

describe('a choice of versions', () => {
  for (const [versions, right] of [
    [['4'], ['c-four', 'd-beta']],
    [['4.0.1'], ['c-four']],
    [['v5.0.0'], ['b-both', 'e-five']],
    [['>=4.0'], ['b-both', 'c-four', 'e-five']],
    [['>=4.0 <5'], ['c-four']],
    [['< 3'], ['a-old']],
    [
      ['2.1', '=3.1'],
      ['a-old', 'b-both'],
    ],
  ] as const) {
    test(`${versions.join(' or ')} selects ${right.join(', ')}`, async () => {
      assert.deepEqual(await sorted({ only: { versions } }), right);
    });
  }

  test('is of the same entry as the framework beside it', async () => {
    assert.deepEqual(await sorted({ only: { ...relion, versions: ['5'] } }), ['e-five']);
    assert.deepEqual(await sorted({ only: { frameworks: ['ctffind'], versions: ['5'] } }), ['b-both']);
  });

  test('that no visible image has is an empty answer', async () => {
    for (const versions of [['9'], ['>=6.0'], ['=6.0'], ['nightly']]) {
      const { titles, error } = await ask({ only: { ...relion, versions } });
      assert.equal(error, undefined);
      assert.deepEqual(titles, []);
    }
    assert.deepEqual((await ask({ only: { versions: ['>=6.0'] } }, member)).titles, ['secret']);
  });

  test('leaves out these versions of the frameworks beside it, or of those of `only`', async () => {
    const others = ['a-old', 'b-both', 'c-four', 'd-beta', 'z-none'];
    assert.deepEqual(await sorted({ except: { ...relion, versions: ['5'] } }), others);
    assert.deepEqual(await sorted({ only: relion, except: { versions: ['5'] } }), others);
    assert.deepEqual(await sorted({ except: { versions: ['5'] } }), ['a-old', 'c-four', 'd-beta', 'z-none']);
  });

  test('is preferred by the frameworks beside it', async () => {
    const { titles } = await ask({ prefer: { ...relion, versions: ['5'] } });
    assert.equal(titles[0], 'e-five');
  });

  test('that cannot be read is BAD_INPUT, and says how it is written', async () => {
    for (const versions of [['>='], ['=>4'], ['>4 5'], ['>=1 >=2 >=3 >=4 >=5']]) {
      const { error } = await ask({ only: { versions } });
      assert.equal(error.extensions.code, 'BAD_INPUT');
      assert.equal(error.extensions.at, 'only.versions');
      assert.match(error.extensions.hint, />=4\.0 <5/);
    }
  });
});

describe('facets and versions', () => {
  test('a version counts with all that begin with it, of the chosen frameworks', async () => {
    const { facet } = await ask({ only: { ...relion, versions: ['>=4', '5'] }, fields: ['VERSION'] });
    assert.deepEqual(facet, [
      { value: '>=4', count: 2, chosen: true },
      { value: '2.1', count: 1, chosen: false },
      { value: '3.1', count: 1, chosen: false },
      { value: '4.0-beta-2', count: 1, chosen: false },
      { value: '4.0.1', count: 1, chosen: false },
      { value: '5', count: 1, chosen: true },
      { value: '5.0', count: 1, chosen: false },
    ]);
  });

  test('a version that is written as a family counts as the family that a choice of it is', async () => {
    const odd = await createWorld(
      [
        {
          ...{ facility: 'kit', registry: 'main' },
          records: ['5.x', '5.1', '５.1.2', '1.2=py39_0', '4>', '最新', '=', null].map((version, index) =>
            image(`odd-${index}`, { RELION: version }, { facility: 'kit' }),
          ),
        },
      ],
      engine,
    );
    const { data } = JSON.parse(await odd.ask(QUESTION, { fields: ['VERSION'] }));
    const values: { value: string; count: number }[] = data.images.facets[0].values;
    assert.deepEqual(
      values.map(({ value, count }) => [value, count]),
      [
        ['5.x', 3],
        ['5.1', 2],
        ['1.2=py39_0', 1],
        ['最新', 1],
        ['５.1.2', 1],
      ],
    );
    for (const { value, count } of values) {
      const chosen = JSON.parse(await odd.ask(QUESTION, { fields: [], only: { versions: [value] } }));
      assert.equal(chosen.data.images.totalCount, count, value);
    }
  });

  test('a framework counts with the chosen versions of its own', async () => {
    const { facet } = await ask({ only: { versions: ['5'] }, fields: ['FRAMEWORK'] });
    assert.deepEqual(
      facet.map(({ value, count }) => [value, count]),
      [
        ['CTFFIND', 1],
        ['RELION', 1],
      ],
    );
  });

  test('a version that only others may see is not there', async () => {
    const values = async (caller: Caller) =>
      (await ask({ only: relion, fields: ['VERSION'] }, caller)).facet.map(({ value }) => value);
    assert.ok(!(await values(ANONYMOUS)).includes('6.0'));
    assert.ok((await values(member)).includes('6.0'));
  });
});

describe('what is equally relevant', () => {
  const NEWEST_FIRST = ['e-five', 'c-four', 'd-beta', 'b-both', 'a-old', 'z-none'];

  test('comes with its newest version first, of what was searched for or chosen', async () => {
    assert.deepEqual((await ask({ search: 'relion' })).titles, NEWEST_FIRST);
    assert.deepEqual((await ask({ only: relion })).titles, NEWEST_FIRST);
  });

  test('and of the framework whose images they are', async () => {
    const document =
      '{ frameworks(search: "relion") { edges { images { nodes { title } } node { images { nodes { title } } } } } }';
    const { edges } = JSON.parse(await world.ask(document)).data.frameworks;
    for (const { nodes } of [edges[0].images, edges[0].node.images]) {
      assert.deepEqual(
        nodes.map(({ title }: { title: string }) => title),
        NEWEST_FIRST,
      );
    }
  });

  test('and of the first framework where neither says one', async () => {
    assert.deepEqual((await ask({})).titles, [
      'b-both',
      ...NEWEST_FIRST.filter((title) => title !== 'b-both'),
    ]);
  });
});

describe('what is said of a search', () => {
  test('search-symbols: signs alone find nothing, and that is said', async () => {
    for (const search of ['++', '*', '"', '\u{1F52C}', '\ud800']) {
      const { titles, notices } = await ask({ search });
      assert.deepEqual(titles, [], search);
      assert.deepEqual(
        notices.map(({ code }) => code),
        ['SEARCH_WITHOUT_WORDS'],
      );
    }
    for (const search of ['', '  \t']) assert.equal((await ask({ search })).titles.length, 6);
  });

  test('a ninth word is left out, and named', async () => {
    const { titles, notices } = await ask({
      search: `${'relion '.repeat(9)}em desy esrf main one two three four five`,
    });
    assert.deepEqual(titles, []);
    assert.equal(notices[0]?.code, 'SEARCH_WORDS_LEFT_OUT');
    assert.match(notices[0]?.message ?? '', /"four", "five"/);
  });

  test('frameworks are found by the same words, and by versions that are visible', async () => {
    const names = async (search: string, caller = ANONYMOUS) => {
      const document = 'query ($s: String) { frameworks(search: $s) { nodes { name } notices { code } } }';
      const { frameworks } = JSON.parse(await world.ask(document, { s: search }, caller)).data;
      return [frameworks.nodes.map(({ name }: { name: string }) => name), frameworks.notices];
    };
    for (const search of ['relion', 'RELION 5', 'relion5', 'relion 2.1']) {
      assert.deepEqual(await names(search), [['RELION'], []], search);
    }
    for (const search of ['relion 6', 'relion6', 'ctffind 4'])
      assert.deepEqual(await names(search), [[], []], search);
    assert.deepEqual(await names('relion 6', member), [['RELION'], []]);
    assert.deepEqual(await names('++'), [[], [{ code: 'SEARCH_WITHOUT_WORDS' }]]);
  });
});

describe('choice-technique-synonym: a technique is chosen by what a record may say', () => {
  for (const [name, id] of [
    ['EM', 'PaNET01145'],
    ['SAXS', 'PaNET01188'],
    ['MX', 'PaNET01164'],
    ['XAFS', 'PaNET01197'],
    ['EXAFS', 'PaNET01198'],
    ['ARPES', 'PaNET01089'],
    ['XMCD', 'PaNET01137'],
    ['X ray tomography', 'PaNET01207'],
  ] as const) {
    test(`${name} is ${id}`, async () => {
      const { facet, error } = await ask({ only: { techniques: [name] }, fields: ['TECHNIQUE'] });
      assert.equal(error, undefined);
      assert.deepEqual(
        facet.filter(({ chosen }) => chosen).map(({ value }) => value),
        [id],
      );
    });
  }
});
