import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { checkPolicy } from '../../../src/authoring/check.ts';
import { todaysRule } from '../../../src/authoring/opa/v0-hints.ts';
import { unformatted, writeFormatted } from '../../../src/authoring/source/format.ts';
import { facility, needsOpa, opa } from '../opa.ts';

describe('a rule of Rego before OPA 1.0', () => {
  const rules: readonly (readonly [string, string | null])[] = [
    ['allow {', 'allow if { … }'],
    ['allow = true {', 'allow = true if { … }'],
    ['deny[msg] {', 'deny contains msg if { … }'],
    ['deny["x"] { input.y }', 'deny contains "x" if { … }'],
    ['deny["x"]', 'deny contains "x"'],
    ['limits[key] = value {', 'limits[key] = value if { … }'],
    ['opened(sharing) {', 'opened(sharing) if { … }'],
    ['else = 3 {', 'else = 3 if { … }'],
    ['allow if {', null],
    ['}', null],
  ];
  for (const [line, today] of rules) {
    test(`gets today’s form: ${line}`, () => assert.equal(todaysRule(line), today));
  }
});

const BEFORE = `package panfed.facility.psi

import future.keywords.in

default usable = false

decision = {"discover": true, "pull": usable, "execute": usable, "reasons": []}

usable { input.record.listed == true }

usable { count(good) > 0 }

good["open"] { input.record.sharing == "open" }
`;

describe('a policy of Rego before OPA 1.0', needsOpa, () => {
  test('gets a hint, and is rewritten to what passes the checks', async (context) => {
    const { owner } = await facility(context, 'psi', { 'decision.rego': BEFORE });
    const { problems } = await checkPolicy(opa, owner);
    assert.match(
      problems[0]?.hint ?? '',
      /before OPA 1\.0: write `usable if \{ … \}`; `panfed policy fmt --v0 psi`/,
    );
    await assert.rejects(unformatted(opa, owner), { code: 'POLICY_INVALID', hint: problems[0]?.hint });
    await writeFormatted(await unformatted(opa, owner, { v0: true }));
    assert.match(readFileSync(join(owner.folder, 'decision.rego'), 'utf8'), /^good contains "open" if /m);
    assert.deepEqual((await checkPolicy(opa, owner)).problems, []);
    assert.deepEqual(await unformatted(opa, owner, { v0: true }), []);
  });

  test('gets a hint about removed built-ins, if it cannot be rewritten', async (context) => {
    const { owner } = await facility(context, 'psi', {
      'decision.rego': BEFORE.replace('count(good) > 0', 'any([input.record.listed])'),
    });
    await assert.rejects(unformatted(opa, owner, { v0: true }), {
      code: 'POLICY_INVALID',
      hint: 'write `true in xs`',
    });
  });
});
