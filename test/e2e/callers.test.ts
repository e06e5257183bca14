// Many callers ask the same thing at the same time: each gets the answer that is theirs, at the place that they named.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { runs } from '../support/fast-check.ts';
import { type RunningGateway, startDemo } from '../support/gateway.ts';

/** Everything in it depends on who asks, or at which place. */
const QUESTION = `query Ask($search: String, $at: ID, $only: Choices) {
  viewer { name groups sites { id } academic }
  images(search: $search, at: $at, only: $only, first: 20) {
    totalCount
    edges {
      cursor
      access { discover pull execute reasons { code action } }
      node { id access(at: $at) { execute } pullCommands { command } sameDigest { id } frameworks { framework { imageCount } } }
    }
    facets(fields: [FACILITY, LICENSE, MAY]) { field values { value count } }
    sources { facility { id } registry records }
  }
}`;

const PEOPLE = [null, 'visitor', 'esrf-em', 'desy-staff', 'industry', 'elettra-developer', 'admin'] as const;
const QUESTIONS: readonly Readonly<Record<string, unknown>>[] = [
  {},
  { search: 'xds' },
  { search: 'cryosparc', at: 'desy' },
  { search: 'cryosparc', at: 'hzb' },
  { at: 'esrf' },
  { at: 'psi' },
  { only: { facilities: ['elettra'] } },
  { only: { may: ['EXECUTE'] }, at: 'hzb' },
  { only: { may: ['PULL'] }, at: 'kit' },
];

let demo: RunningGateway;
const tokens = new Map<string | null, string | null>([[null, null]]);

before(async () => {
  demo = await startDemo();
  for (const person of PEOPLE) if (person !== null) tokens.set(person, await demo.token(person));
});
after(() => demo?.close());

async function ask(person: string | null, variables: Readonly<Record<string, unknown>>): Promise<string> {
  const { text, status } = await demo.ask(QUESTION, variables, tokens.get(person));
  assert.equal(status, 200, text);
  return text;
}

async function totalFor(person: string): Promise<number> {
  const { data } = JSON.parse(await ask(person, {})) as { data: { images: { totalCount: number } } };
  return data.images.totalCount;
}

/** The same order on every run, and no pattern that a cache could follow. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return items
    .map((item) => [random(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}

// Before anybody else asked.
test('the first callers of a gateway that was just started get their own answers, too', async () => {
  const people = ['esrf-em', 'industry', 'elettra-developer'] as const;
  const fetched = await Promise.all(
    [...people, ...people, ...people].map(async (person) => [person, await totalFor(person)] as const),
  );
  for (const [person, totalCount] of fetched) assert.equal(totalCount, await totalFor(person), person);
  assert.ok(new Set(fetched.map(([, count]) => count)).size > 1);
});

test('nobody gets the answer of another person or of another place, however many ask at once', async () => {
  const asked = PEOPLE.flatMap((person) => QUESTIONS.map((variables) => ({ person, variables })));
  const expected = new Map<string, string>();
  // One after the other, in an order in which nobody follows themselves.
  for (const { person, variables } of shuffled(asked, 1)) {
    expected.set(JSON.stringify([person, variables]), await ask(person, variables));
  }
  assert.equal(new Set(expected.values()).size, asked.length, 'each answer differs from every other');

  for (let seed = 2; seed < 2 + runs(1); seed++) {
    const answers = await Promise.all(
      shuffled(asked, seed).map(async ({ person, variables }) => ({
        key: JSON.stringify([person, variables]),
        text: await ask(person, variables),
      })),
    );
    for (const { key, text } of answers) assert.equal(text, expected.get(key), key);
  }
});

test('several questions in one document, at different places, are each answered for their own place', async () => {
  const document = `{
    here: images(search: "cryosparc", at: "desy", first: 1) { edges { access { execute reasons { code } } } }
    there: images(search: "cryosparc", at: "esrf", first: 1) { edges { access { execute reasons { code } } } }
    nowhere: images(search: "cryosparc", first: 1) { edges { access { execute reasons { code } } } }
  }`;
  const token = tokens.get('desy-staff');
  const alone = async (at: string): Promise<unknown> => {
    const question = `{ images(search: "cryosparc", ${at}first: 1) { edges { access { execute reasons { code } } } } }`;
    return (await demo.ask<{ images: unknown }>(question, {}, token)).data.images;
  };
  const { data } = await demo.ask<Record<string, unknown>>(document, {}, token);
  assert.deepEqual(data, {
    here: await alone('at: "desy", '),
    there: await alone('at: "esrf", '),
    nowhere: await alone(''),
  });
  assert.notDeepEqual(data.here, data.there);
  assert.notDeepEqual(data.there, data.nowhere);
});
