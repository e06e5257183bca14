import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { needsOpa } from '../opa.ts';
import { checkPsi, found, restricting } from './found.ts';

const usable = (body: string, more = '') =>
  restricting(`default usable := false\n\nusable if {\n${body}\n}\n${more}`);

const misleading: readonly (readonly [string, string, string])[] = [
  ['a field', usable('\tinput.record.sharing == "opne"'), '8:26'],
  ['a list’s element', usable('\tsome c in input.record.license.conditions\n\tc.kind == "academc"'), '9:12'],
  [
    'each of a list',
    usable(
      '\tinput.record.license.conditionsKnown\n\tevery c in input.record.license.conditions { c.origin == "facilty" }',
    ),
    '9:59',
  ],
  ['a variable', usable('\tsaid := input.record.suppliedBy\n\tsaid in {"staff", "usr"}'), '9:20'],
  ['a renamed field', usable('\tshared == "opn"', '\nshared := input.record.sharing'), '8:12'],
  ['a parameter', usable('\tours(input.record.suppliedBy)', '\nours(who) if who == "staf"'), '11:21'],
];

describe('unknown-value', needsOpa, () => {
  for (const [what, rules, place] of misleading) {
    test(`finds a value that is not there in ${what}`, async (context) => {
      assert.deepEqual(await found(context, rules), [`unknown-value ${place}`]);
    });
  }

  test('names the field and the nearest value', async (context) => {
    const { problems } = await checkPsi(
      context,
      usable('\tsome c in input.record.license.conditions\n\tc.kind == "academc"'),
    );
    assert.equal(problems[0]?.message, 'input.record.license.conditions[_].kind is never "academc"');
    assert.match(problems[0]?.hint ?? '', /^did you mean "academic"\? The values are: /);
  });

  const right: readonly (readonly [string, string])[] = [
    ['values that are there', usable('\tinput.record.sharing in {"open", "conditional"}')],
    ['text without an enumeration', usable('\tinput.record.repository == "opne"')],
    [
      'a parameter that other calls give something else',
      usable(
        '\tours(input.record.suppliedBy)\n\tours(input.record.repository)',
        '\nours(who) if who == "em/relion"',
      ),
    ],
    [
      'a field that has a default of its own',
      usable(
        '\tshared == "open"\n\tshared != "nobody said"',
        '\ndefault shared := "nobody said"\n\nshared := input.record.sharing if input.record.listed',
      ),
    ],
  ];
  for (const [what, rules] of right) {
    test(`leaves alone ${what}`, async (context) => assert.deepEqual(await found(context, rules), []));
  }
});
