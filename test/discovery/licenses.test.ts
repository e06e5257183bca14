// Choices and facets of licenses: an image that may be had under one license alone is found by it, in whatever order its
// licenses are written.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ANONYMOUS } from '../../src/model/subject.ts';
import type { LocalPolicyEngine } from '../../src/policy/create-engine.ts';
import { loadVocabulary } from '../../src/vocabulary/load.ts';
import { IMAGES } from '../support/questions.ts';
import { digestOf, imageRecord, license } from '../support/records.ts';
import { createWorld, testEngine, type World } from '../support/world.ts';

/** Titles are the texts as labs write them. */
const TEXTS = [
  'MIT',
  'MIT OR Apache-2.0',
  'Apache-2.0 or MIT',
  'MIT AND GPL-3.0-only',
  '(MIT OR GPL-3.0-only) AND Zlib',
  'Zlib AND ISC OR MIT',
  'GPL-2.0-only WITH Classpath-exception-2.0 OR EPL-2.0',
  'GPL-2.0-only',
];
let engine: LocalPolicyEngine;
let world: World;

before(async () => {
  engine = await testEngine();
  const records = TEXTS.map((raw, number) => {
    const { state, expression, conditionsKnown } = loadVocabulary().license(raw);
    const stated = license({ state, expression, raw, conditionsKnown });
    return imageRecord({
      title: raw,
      repository: `x/image-${number}`,
      digest: digestOf(number),
      license: stated,
    });
  });
  world = await createWorld([{ facility: 'esrf', registry: 'main', records }], engine);
});
after(() => engine.close());

interface Answer {
  readonly edges: readonly { readonly node: { readonly title: string; readonly license: { raw: string } } }[];
  readonly facets: readonly {
    readonly field: string;
    readonly values: readonly { readonly value: string; readonly count: number }[];
  }[];
}

async function ask(variables: Record<string, unknown>): Promise<Answer> {
  const { data, errors } = JSON.parse(await world.ask(IMAGES, { first: 50, ...variables }, ANONYMOUS));
  assert.deepEqual(errors ?? [], []);
  return data.images;
}

const found = async (variables: Record<string, unknown>): Promise<string[]> =>
  (await ask(variables)).edges.map(({ node }) => node.title).sort();

describe('a choice of a license', () => {
  test('finds what may be had under it alone, and not what asks for another as well', async () => {
    assert.deepEqual(await found({ only: { licenses: ['MIT'] } }), [
      'Apache-2.0 or MIT',
      'MIT',
      'MIT OR Apache-2.0',
      'Zlib AND ISC OR MIT',
    ]);
    assert.deepEqual(await found({ only: { licenses: ['Zlib'] } }), []);
  });

  test('takes an exception as part of the license', async () => {
    assert.deepEqual(await found({ only: { licenses: ['GPL-2.0-only'] } }), ['GPL-2.0-only']);
    assert.deepEqual(await found({ only: { licenses: ['gpl-2 with classpath exception'] } }), [
      'GPL-2.0-only WITH Classpath-exception-2.0 OR EPL-2.0',
    ]);
  });

  test('by an expression finds that expression in any order', async () => {
    for (const text of ['MIT OR Apache-2.0', 'apache-2.0 | mit']) {
      assert.deepEqual(await found({ only: { licenses: [text] } }), [
        'Apache-2.0 or MIT',
        'MIT OR Apache-2.0',
      ]);
    }
  });

  test('leaves out in `except` what it finds in `only`', async () => {
    const rest = await found({ except: { licenses: ['MIT'] } });
    const chosen = await found({ only: { licenses: ['MIT'] } });
    assert.deepEqual([...rest, ...chosen].sort(), [...TEXTS].sort());
  });
});

describe('the facet of licenses', () => {
  test('has two orders as one value, and each single license of a choice, with the count of `only`', async () => {
    const { facets } = await ask({});
    const values = facets.find(({ field }) => field === 'LICENSE')?.values ?? [];
    const { value, count } = values[0] ?? {};
    assert.deepEqual([value, count], ['MIT', 4]);
    assert.deepEqual(
      values.filter((each) => each.value.includes('Apache')).map((each) => [each.value, each.count]),
      [
        ['Apache-2.0', 2],
        ['Apache-2.0 OR MIT', 2],
      ],
    );
    for (const each of values) {
      assert.equal((await found({ only: { licenses: [each.value] } })).length, each.count, each.value);
    }
  });

  test('leaves the text that a lab wrote as it is', async () => {
    const { edges } = await ask({ only: { licenses: ['Apache-2.0'] } });
    assert.deepEqual(edges.map(({ node }) => node.license.raw).sort(), [
      'Apache-2.0 or MIT',
      'MIT OR Apache-2.0',
    ]);
  });
});
