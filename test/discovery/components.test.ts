// Choices of components: what is inside images counts for who may pull them.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { EVERYTHING, normalizedQuestion } from '../../src/discovery/question.ts';
import { ANONYMOUS, type Caller } from '../../src/model/subject.ts';
import type { LocalPolicyEngine } from '../../src/policy/create-engine.ts';
import { component } from '../support/contents.ts';
import { digestOf, GROUPS, imageRecord, trustOf } from '../support/records.ts';
import { subject } from '../support/subjects.ts';
import { callerOf, createWorld, testEngine, type World } from '../support/world.ts';

let seed = 500;
function image(repository: string, overrides = {}) {
  seed += 1;
  const trust = trustOf('verified', ['ESRF']);
  return imageRecord({
    facility: 'hzb',
    repository,
    digest: digestOf(seed),
    title: repository,
    trust,
    ...overrides,
  });
}

const [OLD, NEW, PLAIN] = [image('a-old'), image('b-new'), image('c-plain')];
const FOR_GROUP = {
  sharing: 'conditional',
  stated: { sharing: 'conditional' },
  groups: [GROUPS[4]],
} as const;
/** Anybody may discover it, and its group alone may pull it. */
const LISTED = image('d-listed', { ...FOR_GROUP, listed: true });
const HIDDEN = image('e-hidden', FOR_GROUP);
const member: Caller = callerOf(subject({ groups: [GROUPS[4]] }), 'member');

let engine: LocalPolicyEngine;
let world: World;
before(async () => {
  engine = await testEngine();
  world = await createWorld(
    [
      {
        ...{ facility: 'hzb', registry: 'main' },
        records: [OLD, NEW, PLAIN, LISTED, HIDDEN].sort((a, b) => (a.id < b.id ? -1 : 1)),
        contents: new Map([
          [OLD.id, [component('openssl', '3.0.2'), component('mkl', '2017.0.3')]],
          [
            NEW.id,
            [component('openssl', '3.0.7'), component('numpy', '1.26', { purl: 'pkg:pypi/numpy@1.26' })],
          ],
          [LISTED.id, [component('openssl', '1.1.1'), component('secretlib', '1')]],
          [HIDDEN.id, [component('openssl', '1.0.0'), component('hiddenlib', '1')]],
        ]),
      },
    ],
    engine,
  );
});
after(() => engine.close());

const QUESTION = `query ($only: Choices, $except: Choices, $prefer: Choices) {
  images(only: $only, except: $except, prefer: $prefer, orderBy: NAME) {
    totalCount nodes { repository } notices { code message suggestions }
    facets(fields: [FACILITY]) { values { count } }
  }
}`;

interface Answer {
  readonly repositories: readonly string[];
  readonly notices: readonly { readonly code: string; readonly suggestions: readonly string[] }[];
  readonly count: number | undefined;
}

async function ask(variables: Record<string, unknown>, caller: Caller = ANONYMOUS): Promise<Answer> {
  const text = await world.ask(QUESTION, variables, caller);
  const { data, ...rest } = JSON.parse(text);
  assert.ok(data?.images, JSON.stringify(rest));
  const { nodes, notices, facets } = data.images;
  return {
    repositories: nodes.map(({ repository }: { repository: string }) => repository),
    notices,
    count: facets[0].values[0]?.count,
  };
}
const only = async (...components: string[]) => (await ask({ only: { components } })).repositories;

describe('a choice of a component', () => {
  test('selects the images that have it, by name, version, range or package URL', async () => {
    assert.deepEqual(await only('openssl'), ['a-old', 'b-new']);
    assert.deepEqual(await only('MKL@2017.0.3'), ['a-old']);
    assert.deepEqual(await only('openssl@<3.0.7'), ['a-old']);
    assert.deepEqual(await only('pkg:pypi/numpy'), ['b-new']);
    assert.deepEqual(await only('mkl', 'numpy'), ['a-old', 'b-new']);
  });

  test('leaves out, or puts first, what has it', async () => {
    assert.deepEqual((await ask({ except: { components: ['openssl@3.0.7'] } })).repositories, [
      'a-old',
      'c-plain',
      'd-listed',
    ]);
    assert.deepEqual((await ask({ prefer: { components: ['numpy'] } })).repositories, [
      'b-new',
      'a-old',
      'c-plain',
      'd-listed',
    ]);
  });

  test('counts in facets', async () => {
    assert.equal((await ask({ only: { components: ['openssl'] } })).count, 2);
  });

  test('neither selects nor leaves out what the caller may not pull', async () => {
    assert.deepEqual(await only('secretlib'), []);
    assert.ok((await ask({ except: { components: ['secretlib'] } })).repositories.includes('d-listed'));
    const asMember = await ask({ only: { components: ['secretlib', 'hiddenlib'] } }, member);
    assert.deepEqual(asMember.repositories, ['d-listed', 'e-hidden']);
  });
});

describe('a component that no image has', () => {
  test('is a notice with names of images that the caller may pull', async () => {
    const { notices } = await ask({ only: { components: ['opensl'] } });
    assert.deepEqual(
      notices.map(({ code, suggestions }) => [code, suggestions]),
      [['UNKNOWN_CHOICE', ['openssl']]],
    );
  });

  test('is said in the same words where an image has it that the caller may not pull', async () => {
    for (const [known, unheard] of [
      ['secretlib', 'secretlob'],
      ['hiddenlib', 'hiddenlob'],
    ] as const) {
      const [mine] = (await ask({ only: { components: [known] } })).notices;
      const [none] = (await ask({ only: { components: [unheard] } })).notices;
      assert.deepEqual(JSON.parse(JSON.stringify(mine).replaceAll(known, unheard)), none);
      assert.deepEqual(mine?.suggestions, []);
    }
    const [asMember] = (await ask({ only: { components: ['secretlob'] } }, member)).notices;
    assert.deepEqual(asMember?.suggestions, ['secretlib']);
  });
});

test('a malformed component is refused with what is expected', async () => {
  const answer = JSON.parse(await world.ask(QUESTION, { only: { components: ['openssl@<>'] } }));
  const [error] = answer.errors ?? [answer.refused];
  assert.equal(error.extensions?.code ?? error.code, 'BAD_CHOICE', JSON.stringify(answer));
  assert.match(error.extensions?.hint ?? error.hint, /comparators/);
});

test('cursors of different components are of different questions', () => {
  const question = (component: string) =>
    normalizedQuestion({ ...EVERYTHING, only: { components: [component] } }, null);
  assert.notEqual(question('mkl'), question('mkl@2017'));
  assert.notEqual(question('pkg:deb/debian/a?x=b'), question('pkg:deb/debian/a?x=B'));
});
