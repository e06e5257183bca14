// OPA's own semantics through the gateway's evaluator: what OPA answers, a module that OPA compiled must answer.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import fc from 'fast-check';
import { difference, type OpaAnswer, opaAnswers } from '../../../src/authoring/evaluate/answers.ts';
import { CAPABILITIES } from '../../../src/authoring/opa/capabilities.ts';
import { NARROWED, WASM_DIVERGENCE } from '../../../src/authoring/opa/wasm-divergence.ts';
import { evaluate } from '../../../src/policy/wasm/evaluator.ts';
import { WorkerPool } from '../../../src/policy/wasm/pool.ts';
import type { Answer } from '../../../src/policy/wasm/sandbox.ts';
import { needsOpa, opa } from '../../authoring/opa.ts';
import { compiled, GIVEN, gathered, RULE, type Topic, topicsOf } from './cases.ts';
import { DIFFERENCES, LATER_LETTERS } from './differences.ts';

const OURS = ['--capabilities', CAPABILITIES];
const allowed: string[] = JSON.parse(readFileSync(CAPABILITIES, 'utf8')).builtins.map(
  ({ name }: { name: string }) => name,
);

/** Part of the language: they cannot be called by their name, or only in place of an operator. */
const NOT_CALLED = ['assign', 'eq'];

interface Asked {
  readonly folder: string;
  readonly inputs: readonly string[];
  readonly rule?: readonly string[];
  readonly capabilities?: readonly string[];
  /** Milliseconds for a batch. */
  readonly deadline?: number;
}

/** The compiled module's answers. */
async function compiledAnswers(asked: Asked): Promise<readonly Answer[]> {
  const { folder, inputs, rule = RULE, capabilities = OURS, deadline = 10_000 } = asked;
  const wasm = await compiled(opa, folder, rule, capabilities);
  const pool = new WorkerPool({ deadline, threads: 1 });
  try {
    const module = { key: folder, wasm, entrypoint: rule.join('/'), data: null };
    return await evaluate(pool, { module, before: '', inputs, after: '', maximum: 1_048_576 });
  } finally {
    await pool.close();
  }
}

function namesOf(topics: readonly Topic[]): string[] {
  return topics.flatMap(({ name, cases }) => cases.map((each) => `${name}: ${each}`));
}

function inputOf(name: string): string {
  return `{"name":${JSON.stringify(name)},"given":${GIVEN}}`;
}

describe('a compiled module answers as OPA does', needsOpa, () => {
  let topics: Topic[];
  const found = new Map<string, string | null>();

  before(async () => {
    topics = await topicsOf(opa);
    using gathering = gathered(topics);
    const folder = gathering.path;
    // An error ends a run of OPA, so that those with errors are asked apart.
    const groups = [
      topics.filter(({ name }) => name !== 'errors'),
      topics.filter(({ name }) => name === 'errors'),
    ].map(namesOf);
    const names = groups.flat();
    const answers = await compiledAnswers({ folder, inputs: names.map(inputOf) });
    const expected: OpaAnswer[] = [];
    for (const group of groups) {
      expected.push(...(await opaAnswers(opa, { folder, rule: RULE }, group.map(inputOf))));
    }
    for (const [index, name] of names.entries()) {
      const [wanted, answer] = [expected[index], answers[index]];
      assert.ok(wanted !== undefined && answer !== undefined);
      found.set(name, difference(wanted, answer));
    }
  });

  test('in every case but those whose difference is known', () => {
    assert.ok(found.size >= 400, `${found.size} cases`);
    const unknown = [...found].filter(([name, text]) => text !== null && !(name in DIFFERENCES));
    assert.deepEqual(unknown, []);
  });

  test('and each known difference is still one', () => {
    const gone = Object.keys(DIFFERENCES).filter((name) => typeof found.get(name) !== 'string');
    assert.deepEqual(gone, []);
  });

  test('and every built-in that a policy may use has a case', () => {
    const called = new Set(topics.flatMap(({ builtins }) => [...builtins]));
    assert.deepEqual(
      allowed.filter((name) => !called.has(name) && !NOT_CALLED.includes(name)),
      [],
    );
  });
});

describe('a built-in whose compiled form answers differently', needsOpa, () => {
  const divergent = Object.keys(WASM_DIVERGENCE);

  test('may not be used', () => {
    assert.deepEqual(
      divergent.filter((name) => allowed.includes(name)),
      [],
    );
  });

  test('is named to authors', () => {
    const page = readFileSync(new URL('../../../docs/policies/testing.md', import.meta.url), 'utf8');
    assert.deepEqual(
      [...divergent, ...Object.keys(NARROWED)].filter((name) => !page.includes(`\`${name}\``)),
      [],
    );
  });

  test('is one for a reason that is still there', async () => {
    const topics = await topicsOf(opa, 'left');
    using gathering = gathered(topics);
    const folder = gathering.path;
    const names = [...divergent, ...Object.keys(NARROWED)];
    const inputs = names.map((name) => inputOf(`left: of_${name.replaceAll('.', '_')}`));
    const all = { capabilities: [], deadline: 1_000 };
    const answers = await compiledAnswers({ folder, inputs, ...all });
    const expected = await opaAnswers(opa, { folder, rule: RULE, capabilities: [] }, inputs);
    assert.deepEqual(
      names.filter((_, index) => {
        const [wanted, answer] = [expected[index], answers[index]];
        return wanted === undefined || answer === undefined || difference(wanted, answer) === null;
      }),
      [],
    );
    assert.equal(namesOf(topics).length, names.length);
  });

  test('in some of its types may be used in the others alone', async () => {
    const topic = (rego: string): Topic => ({
      name: 'narrow',
      text: `package panfed.conformance.narrow\n\n${rego}\n`,
      package: 'panfed.conformance.narrow',
      cases: ['joined'],
      builtins: new Set(),
    });
    using sorted = gathered([topic('joined := concat("", sort({"b", "a"}))')]);
    await compiled(opa, sorted.path, RULE, OURS);
    using unsorted = gathered([topic('joined := concat("", {"b", "a"})')]);
    await assert.rejects(compiled(opa, unsorted.path, RULE, OURS), /concat: invalid argument/);
  });
});

describe('what is asked of many values', needsOpa, () => {
  async function assertAlike(topic: string, inputs: readonly string[]): Promise<void> {
    using gathering = gathered(await topicsOf(opa, 'random'));
    const asked = { folder: gathering.path, rule: ['panfed', 'conformance', topic, 'answer'] };
    const answers = await compiledAnswers({ ...asked, inputs });
    const expected = await opaAnswers(opa, asked, inputs);
    for (const [index, input] of inputs.entries()) {
      const [wanted, answer] = [expected[index], answers[index]];
      assert.ok(wanted !== undefined && answer !== undefined);
      assert.equal(difference(wanted, answer), null, input.slice(0, 1_000));
    }
  }

  test('values that are made at random are ordered, compared, walked and written alike', async () => {
    const number = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.constantFrom(0.5, -1.25, 1e21, 5e-324));
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }).filter((made) => !LATER_LETTERS.test(made)),
      fc.constantFrom('', 'a', 'A', 'é', 'ß', '10', '9'),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom(null, true, false),
        number,
        text,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(text, tie('value'), { maxKeys: 3 }),
      ),
    }));
    const samples = fc.sample(fc.array(value, { maxLength: 8 }), { seed: 1_618, numRuns: 250 });
    await assertAlike(
      'random',
      samples.map((values) => JSON.stringify({ values })),
    );
  });

  test('each letter has the case that it has with OPA', async () => {
    const letters = Array.from({ length: 0x20000 }, (_, point) => String.fromCodePoint(point)).filter(
      (letter) => letter.isWellFormed() && !LATER_LETTERS.test(letter),
    );
    const blocks = Array.from({ length: Math.ceil(letters.length / 1_024) }, (_, block) =>
      letters.slice(1_024 * block, 1_024 * (block + 1)),
    );
    await assertAlike(
      'cased',
      blocks.map((block) => JSON.stringify({ letters: block })),
    );
  });
});
