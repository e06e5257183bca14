import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { builtinHint, insteadOf } from '../../../src/authoring/opa/builtin-hints.ts';
import { CAPABILITIES } from '../../../src/authoring/opa/capabilities.ts';
import { runOpa } from '../../../src/authoring/opa/opa.ts';
import { WASM_DIVERGENCE } from '../../../src/authoring/opa/wasm-divergence.ts';
import { needsOpa, opa } from '../opa.ts';

interface Builtin {
  readonly name: string;
}
const namesIn = (text: string) =>
  (JSON.parse(text) as { builtins: Builtin[] }).builtins.map(({ name }) => name);
const allowed = new Set(namesIn(readFileSync(CAPABILITIES, 'utf8')));

describe('the hint for a built-in that policies may not use', () => {
  // built-in-hint
  const cases: readonly (readonly [string, RegExp])[] = [
    ['sprintf', /\$"\{input\.record\.facility\}\/x"/],
    ['glob.match', /startswith.*regex\.match/],
    ['strings.any_prefix_match', /startswith/],
    ['semver.compare', /no built-in compares versions/],
    ['time.now_ns', /input\.request\.time/],
    ['http.send', /no clock, network/],
    ['startwith', /^Did you mean startswith\?$/],
    ['replace', /strings\.replace_n.*does not end/],
    ['data.panfed.facility.psi.opened', /no rule of the policy/],
    ['something.of.nobody', /capabilities\.json/],
  ];
  for (const [name, hint] of cases) {
    test(`says what to write: ${name}`, async () => assert.match(await builtinHint(name), hint));
  }

  test('names only what a policy has', async () => {
    for (const name of ['regex.find_n', 'regex.replace', 'indexof', 'object.union_n', 'numbers.range_step']) {
      const named = (await builtinHint(name)).match(/\b(?:strings|regex|object|numbers|json)\.\w+/g) ?? [];
      for (const each of named) assert.ok(allowed.has(each) || each === name, `${name}: ${each}`);
    }
  });

  test('says why, if the compiled one answers differently', async () => {
    for (const [name, why] of Object.entries(WASM_DIVERGENCE))
      assert.ok((await builtinHint(name)).endsWith(why));
  });

  test('is written for each that OPA has', needsOpa, async () => {
    const { stdout } = await runOpa(opa, ['capabilities', '--current']);
    const missing = namesIn(stdout).filter((name) => !allowed.has(name));
    assert.ok(missing.length > 100);
    assert.deepEqual(
      missing.filter((name) => insteadOf(name) === null),
      [],
    );
  });
});
