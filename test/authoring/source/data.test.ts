// A policy's data.json: what is refused of it, and that whatever asks the policy has it as the gateway has it.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { compilePolicy } from '../../../src/authoring/build/compile.ts';
import { checkPolicy } from '../../../src/authoring/check.ts';
import { policyCoverage } from '../../../src/authoring/evaluate/coverage.ts';
import { testPolicy } from '../../../src/authoring/evaluate/test.ts';
import { tracePolicy } from '../../../src/authoring/evaluate/trace.ts';
import { DATA_BYTES } from '../../../src/policy/bundle/manifest.ts';
import { readBundle } from '../../../src/policy/bundle/read.ts';
import { allowing, facility, needsOpa, opa, scratch } from '../opa.ts';

const TEAMS = { panfed: { facility: { psi: { teams: { em: ['a', 'b'] } } } } };
const READING = allowing('psi', 'ok if input.record.repository in data.panfed.facility.psi.teams.em');

async function checked(context: TestContext, data: string | Uint8Array, rules = READING) {
  const { owner } = await facility(context, 'psi', { 'decision.rego': rules });
  writeFileSync(join(owner.folder, 'data.json'), data);
  return checkPolicy(opa, owner);
}

describe('the data of a policy', needsOpa, () => {
  test('are read by name, and are nothing that classes are made of', async (context) => {
    const { problems, warnings, reads } = await checked(context, JSON.stringify(TEAMS));
    assert.deepEqual([...problems, ...warnings], []);
    assert.deepEqual(reads, [['record', 'repository']]);
  });

  const refused: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
    ['what is no JSON', '{"panfed":', /is not a JSON object in UTF-8/],
    [
      'what is no UTF-8',
      Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d),
      /not a JSON object in UTF-8/,
    ],
    ['a list', '[]', /not a JSON object/],
    ['what begins with the content', '{"teams": {}}', /contains data\.teams, which is not psi’s/],
    ['what is of another owner', '{"panfed":{"federation":{}}}', /contains data\.panfed\.federation, which/],
    [
      'what is of another owner beside its own',
      '{"panfed":{"facility":{"psi":{},"esrf":{"x":1}}}}',
      /contains data\.panfed\.facility\.esrf, which/,
    ],
    [
      'a value in the place of the package',
      '{"panfed":{"facility":{"psi":3}}}',
      /contains data\.panfed\.facility\.psi, /,
    ],
    ['what is too large', ' '.repeat(DATA_BYTES + 1), /it has 33554433 bytes, and at most 32 MiB/],
  ];
  for (const [what, data, message] of refused) {
    test(`are not ${what}`, async (context) => {
      const { problems } = await checked(context, data);
      assert.equal(problems.length, 1, JSON.stringify(problems));
      assert.equal(problems[0]?.check, 'own-data');
      assert.match(problems[0]?.message ?? '', message);
      assert.match(problems[0]?.file ?? '', /psi\/data\.json$/);
    });
  }

  test('may not define what a rule defines, and are reported at the rule', async (context) => {
    const data = JSON.stringify({ panfed: { facility: { psi: { ok: true } } } });
    const { problems } = await checked(context, data, allowing('psi', 'ok if input.record.listed'));
    assert.deepEqual(
      problems.map(({ check, line, message }) => [check, line, message]),
      [['own-data', 7, 'data.json defines ok as well']],
    );
  });

  test('are in no other file', async (context) => {
    for (const name of ['teams.json', 'data.yaml', 'more/data.json']) {
      const { owner } = await facility(context, 'psi', { 'decision.rego': READING, [name]: '{}' });
      const { problems } = await checkPolicy(opa, owner);
      assert.deepEqual(
        problems.map(({ check }) => check),
        ['rules-only'],
        name,
      );
    }
  });

  const strange: readonly (readonly [string, string, string])[] = [
    ['a name that they have not', 'data.panfed.facility.psi.team.em', 'data.panfed.facility.psi.team.em'],
    ['another owner’s', 'data.panfed.facility.esrf.teams', 'data.panfed.facility.esrf.teams'],
    ['what is nobody’s', 'data.teams', 'data.teams'],
  ];
  for (const [what, reference, document] of strange) {
    test(`do not have ${what}, with file and line`, async (context) => {
      const rules = allowing('psi', `ok if input.record.repository in ${reference}`);
      const { problems } = await checked(context, JSON.stringify(TEAMS), rules);
      assert.equal(problems.length, 1, JSON.stringify(problems));
      assert.equal(problems[0]?.check, 'whole-read');
      assert.ok(problems[0]?.message.startsWith(`${document} does not exist`), problems[0]?.message);
      assert.equal(problems[0]?.line, 7);
    });
  }

  test('are in the bundle as OPA writes them, and in its revision', async (context) => {
    const { owner } = await facility(context, 'psi', { 'decision.rego': READING });
    const folder = scratch(context);
    const revisions = new Set<string>();
    const texts = [
      JSON.stringify(TEAMS),
      // OPA takes the last of two equal keys; a number keeps its spelling.
      '{"panfed":{"facility":{"psi":{"teams":{"em":["z"]},"teams":{"em":["a","b"],"n":12345678901234567890}}}}}',
    ];
    for (const [index, text] of texts.entries()) {
      writeFileSync(join(owner.folder, 'data.json'), text);
      const path = join(folder, `${index}.tar.gz`);
      writeFileSync(path, (await compilePolicy(opa, owner, { onlyToLoad: true })).bytes);
      const { data, revision } = await readBundle(path, 'psi');
      revisions.add(revision);
      const written = new TextDecoder().decode(data ?? new Uint8Array());
      assert.equal(
        written.trim(),
        index === 0
          ? JSON.stringify(TEAMS)
          : '{"panfed":{"facility":{"psi":{"teams":{"em":["a","b"],"n":12345678901234567890}}}}}',
      );
    }
    assert.equal(revisions.size, 2);
  });

  test('are there in tests, by OPA and compiled, in coverage and in traces', async (context) => {
    const { owner } = await facility(context, 'psi', {
      'decision.rego': READING,
      'data.json': JSON.stringify(TEAMS),
      'decision_test.rego': `package panfed.facility.psi_test

import data.panfed.facility.psi

test_in if psi.decision.execute with input as {"record": {"repository": "a"}}

test_out if not psi.decision.execute with input as {"record": {"repository": "c"}}

test_other_data if psi.decision.execute with input as {"record": {"repository": "c"}}
	with data.panfed.facility.psi.teams as {"em": ["c"]}
`,
    });
    assert.deepEqual(
      (await testPolicy(opa, owner)).map(({ name, outcome }) => [name, outcome]),
      [
        ['test_in', 'passed'],
        ['test_out', 'passed'],
        ['test_other_data', 'passed'],
      ],
    );
    const [file] = await policyCoverage(opa, owner);
    assert.deepEqual(file?.notCovered, []);
    const trace = await tracePolicy(opa, owner, '{"record": {"repository": "b"}}');
    assert.equal((trace.decision as { readonly execute: boolean }).execute, true);
  });
});
