import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { difference, opaAnswers } from '../../../src/authoring/evaluate/answers.ts';
import { readOpaBuild } from '../../../src/authoring/opa/module.ts';
import { runOpa } from '../../../src/authoring/opa/opa.ts';
import { Sandbox } from '../../../src/policy/wasm/sandbox.ts';
import { needsOpa, opa, scratch } from '../opa.ts';

const POLICY = `package own

p := {"large": bits.lsh(1, 65), "negative": 0 - bits.lsh(1, 70), "all": [1, 9007199254740991, "1234567890123456789"]}
`;
describe('an answer beyond 2^53', needsOpa, () => {
  // large-answer
  test('has all its digits, compiled as with OPA', async (context) => {
    const folder = scratch(context);
    writeFileSync(join(folder, 'own.rego'), POLICY);
    const args = ['build', '--target', 'wasm', '--entrypoint', 'own/p', '--output', 'b.tar.gz', 'own.rego'];
    assert.equal((await runOpa(opa, args, { cwd: folder })).code, 0);
    const { wasm } = await readOpaBuild(join(folder, 'b.tar.gz'));
    const sandbox = new Sandbox(new WebAssembly.Module(wasm), 'own/p');
    const answer = sandbox.evaluate('{}', 1_000);
    assert.ok(typeof answer === 'string');
    assert.ok(answer.includes('"large":36893488147419103232'), answer);
    assert.ok(answer.includes('"negative":-1180591620717411303424'), answer);
    assert.equal(sandbox.evaluate('{}', 1_000), answer);
    const [expected] = await opaAnswers(opa, { folder, rule: ['own', 'p'] }, ['{}']);
    assert.ok(expected);
    assert.equal(difference(expected, answer), null);
    assert.match(
      difference(expected, answer.replace('419103232', '419103000')) ?? '',
      /36893488147419103232.*; compiled/,
    );
  });
});
