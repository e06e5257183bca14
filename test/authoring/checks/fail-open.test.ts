import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { runOpa } from '../../../src/authoring/opa/opa.ts';
import { facility, needsOpa, opa } from '../opa.ts';
import { checkPsi, denying, found, restricting } from './found.ts';

const usable = (body: string) => restricting(`default usable := false\n\nusable if ${body}`);
const unless = (body: string) => restricting(`default usable := true\n\nusable := false if ${body}`);

const misleading: readonly (readonly [string, string, string])[] = [
  [
    'a denial that null switches off',
    denying('denied contains "x" if input.subject.academic == false'),
    '5:24',
  ],
  ['a denial of a bad value', denying('denied contains "x" if input.record.suppliedBy == "user"'), '5:24'],
  [
    'a denial of some bad values',
    denying('denied contains "x" if input.record.sharing in {"none", "conditional"}'),
    '5:24',
  ],
  [
    'a denial of what is not true, where null is true in Rego',
    denying('denied contains "x" if not input.subject.academic'),
    '5:28',
  ],
  [
    'a denial by trust, which may not be judged yet',
    denying('denied contains "x" if input.record.trust.state == "failed"'),
    '5:24',
  ],
  ['a denial by size', denying('denied contains "x" if input.record.size > 1000'), '5:24'],
  [
    'a denial by the place that was named',
    denying('denied contains "x" if input.request.at.facility == "kit"'),
    '5:24',
  ],
  [
    'a denial by another rule',
    denying('denied contains "x" if industry\n\nindustry if input.subject.academic == false'),
    '7:13',
  ],
  [
    'a denial by a variable',
    denying('denied contains "x" if {\n\tsaid := input.subject.academic\n\tsaid == false\n}'),
    '7:2',
  ],
  [
    'a denial by a renamed field',
    denying('denied contains "x" if academic == false\n\nacademic := input.subject.academic'),
    '5:24',
  ],
  ['a denial by a value', unless('input.subject.academic == false'), '7:20'],
  [
    'a denial turned round twice',
    restricting('default usable := false\n\nusable if not bad\n\nbad if input.record.suppliedBy == "user"'),
    '9:8',
  ],
  ['a permission for what is not bad', usable('input.subject.academic != false'), '7:11'],
  ['a permission unless bad', usable('not input.record.sharing == "none"'), '7:15'],
  [
    'a permission unless one of the bad',
    usable('not input.record.sharing in {"none", "conditional"}'),
    '7:15',
  ],
  ['a permission by the field itself, which null meets', usable('input.subject.academic'), '7:11'],
  ['a permission for what is small', usable('input.record.requires.memory < 64'), '7:11'],
  [
    'every-empty: a permission by every of what may be empty',
    usable('{ every g in input.record.groups { g in input.subject.groups } }'),
    '7:24',
  ],
  ['a permission by an empty list', usable('input.record.groups == []'), '7:11'],
  ['a permission by the length of a list', usable('count(input.record.groups) < 2'), '7:11'],
  [
    'a permission by two lengths that are both zero',
    usable(
      'count([g | some g in input.record.groups; g in input.subject.groups]) == count(input.record.groups)',
    ),
    '7:11',
  ],
  [
    'a denial by a list that may be empty',
    denying('denied contains "x" if "PaNET01168" in input.record.techniques'),
    '5:24',
  ],
  [
    'a denial by an element',
    denying('denied contains "x" if input.record.techniques[_] == "PaNET01168"'),
    '5:24',
  ],
  [
    'a denial by some element',
    denying('denied contains "x" if {\n\tsome g in input.record.groups\n\tnot g in input.subject.groups\n}'),
    '6:12',
  ],
  [
    'conditions that may not be known',
    usable('{ every c in input.record.license.conditions { c.kind == "academic" } }'),
    '7:24',
  ],
  [
    'a decision written out',
    `default decision := {"discover": true, "pull": true, "execute": true, "reasons": []}

decision := {"discover": true, "pull": false, "execute": false, "reasons": []} if input.subject.academic == false`,
    '5:83',
  ],
  [
    'a decision written out, with else',
    `decision := {"discover": true, "pull": false, "execute": false, "reasons": []} if {
	input.record.suppliedBy == "user"
} else := {"discover": true, "pull": true, "execute": true, "reasons": []}`,
    '4:2',
  ],
];

const right: readonly (readonly [string, string])[] = [
  ['a denial of what is not good', denying('denied contains "x" if not input.subject.academic == true')],
  ['a denial of what is unequal to good', denying('denied contains "x" if input.subject.academic != true')],
  [
    'a denial through a rule for the good',
    denying('denied contains "x" if not reviewed\n\nreviewed if input.record.suppliedBy == "staff"'),
  ],
  [
    'a denial of the bad beside one of the unknown',
    denying(
      'denied contains "x" if input.record.suppliedBy == "user"\n\ndenied contains "y" if input.record.suppliedBy == "unknown"',
    ),
  ],
  [
    'a denial of false beside one of null',
    denying(
      'denied contains "x" if input.subject.academic == false\n\ndenied contains "y" if is_null(input.subject.academic)',
    ),
  ],
  [
    'a denial of the bad beside one of what is not good',
    denying(
      'denied contains "x" if input.record.suppliedBy == "user"\n\ndenied contains "y" if not input.record.suppliedBy == "staff"',
    ),
  ],
  [
    'a denial of all that is not good',
    denying('denied contains "x" if not input.record.sharing in {"open", "conditional"}'),
  ],
  [
    'a denial by place beside one where none is named',
    denying(
      'denied contains "x" if input.request.at.facility == "kit"\n\ndenied contains "y" if not input.request.at.facility',
    ),
  ],
  ['a denial by what is always known', denying('denied contains "x" if input.record.listed == false')],
  [
    'a denial by a label, whose absence is not unknown',
    denying('denied contains "x" if input.record.labels["embargo"] == "true"'),
  ],
  [
    'every beside a length',
    usable(
      '{\n\tcount(input.record.groups) > 0\n\tevery g in input.record.groups { g in input.subject.groups }\n}',
    ),
  ],
  [
    'every beside an element',
    usable(
      '{\n\tsome g in input.record.groups\n\tg != ""\n\tevery h in input.record.groups { h in input.subject.groups }\n}',
    ),
  ],
  [
    'every condition where they are known',
    usable(
      '{\n\tinput.record.license.conditionsKnown == true\n\tevery c in input.record.license.conditions { c.kind == "academic" }\n}',
    ),
  ],
  [
    'a denial by a list beside one of the empty list',
    denying(
      'denied contains "x" if "PaNET01168" in input.record.techniques\n\ndenied contains "y" if count(input.record.techniques) == 0',
    ),
  ],
  ['a permission by an element', usable('"psi" in input.subject.sites')],
  ['a permission for the good', usable('input.subject.academic == true')],
  ['a permission that names unknown', usable('input.record.sharing != "unknown"')],
  [
    'a permission that excludes unknown as well',
    usable('{\n\tinput.record.sharing != "none"\n\tinput.record.sharing != "unknown"\n}'),
  ],
  [
    'a permission for a known amount',
    usable('{\n\tis_number(input.record.requires.memory)\n\tinput.record.requires.memory < 64\n}'),
  ],
  ['a permission for one who signed in', usable('input.subject.authenticated')],
  [
    'a reason, which decides nothing',
    `decision := {"discover": true, "pull": usable, "execute": usable, "reasons": reasons}

default usable := false

usable if input.subject.academic == true

# METADATA
# custom:
#   reasons:
#     PSI_INDUSTRY: {message: "Not for industry.", remedy: "Ask PSI."}
#     PSI_UNSAID: {message: "Nobody said that your work is academic.", remedy: "Ask your home organisation."}
reasons := [{"code": "PSI_INDUSTRY", "action": "pull", "params": {}} | input.subject.academic == false]

unsaid := [{"code": "PSI_UNSAID", "action": "pull", "params": {}} | not input.subject.academic]`,
  ],
];

/** Nobody knows anything of the record or of the person, and no place was named. */
const UNKNOWN = {
  record: {
    sharing: 'unknown',
    stated: { sharing: 'unknown' },
    suppliedBy: 'unknown',
    listed: false,
    size: null,
    techniques: [],
    groups: [],
    license: { conditions: [], conditionsKnown: false },
    requires: { memory: null },
  },
  subject: { authenticated: false, academic: null, groups: [], sites: [] },
  request: { at: null },
};

/** What OPA itself decides. */
async function decided(context: TestContext, rules: string): Promise<{ readonly pull: boolean }> {
  const { owner, policies } = await facility(context, 'psi', {
    'decision.rego': `package panfed.facility.psi\n\n${rules}\n`,
  });
  const input = join(policies, 'input.json');
  writeFileSync(input, JSON.stringify(UNKNOWN));
  const query = 'data.panfed.facility.psi.decision';
  const run = await runOpa(opa, ['eval', '--data', owner.folder, '--input', input, '--format', 'raw', query]);
  return JSON.parse(run.stdout);
}

describe('fail-open', needsOpa, () => {
  test('is right: each of these rules allows an unknown person an unknown image in OPA', async (context) => {
    for (const [what, rules] of misleading) assert.equal((await decided(context, rules)).pull, true, what);
  });

  for (const [what, rules, place] of misleading) {
    test(`finds ${what}`, async (context) => {
      assert.deepEqual(await found(context, rules), [`fail-open ${place}`]);
    });
  }

  for (const [what, rules] of right) {
    test(`leaves alone ${what}`, async (context) => {
      assert.deepEqual(await found(context, rules), []);
    });
  }

  test('reports what is unknown, what follows, and what to write', async (context) => {
    const { warnings } = await checkPsi(context, usable('input.subject.academic != false'));
    assert.equal(
      warnings[0]?.message,
      'if input.subject.academic is null, this holds, and the action is allowed',
    );
    assert.match(warnings[0]?.hint ?? '', /name the values of input\.subject\.academic that are good/);
  });
});
