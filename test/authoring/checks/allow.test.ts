import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { needsOpa } from '../opa.ts';
import { checkPsi, denying, found } from './found.ts';

const DENIAL = 'denied contains "x" if input.record.suppliedBy == "user"';

describe('panfed:allow', needsOpa, () => {
  const switched: readonly (readonly [string, string])[] = [
    ['on the line', `${DENIAL} # panfed:allow fail-open the staff states every supplier`],
    ['above the line', `# panfed:allow fail-open the staff states every supplier\n${DENIAL}`],
    [
      'above other comments',
      `# panfed:allow fail-open the staff states every supplier\n# Users build their own.\n${DENIAL}`,
    ],
  ];
  for (const [where, rules] of switched) {
    test(`switches a check off, with a reason, ${where}`, async (context) => {
      assert.deepEqual(await found(context, denying(rules)), []);
    });
  }

  test('without a reason switches nothing off, and is found itself', async (context) => {
    const { problems, warnings } = await checkPsi(context, denying(`# panfed:allow fail-open\n${DENIAL}`));
    assert.deepEqual(
      [...problems, ...warnings].map(({ check, line }) => `${check} ${line}`),
      ['allow-comment 5', 'fail-open 6'],
    );
    assert.equal(problems[0]?.hint, 'write why: # panfed:allow fail-open <reason>');
  });

  test('of an unknown check gets the nearest name', async (context) => {
    const { problems } = await checkPsi(context, denying(`# panfed:allow fail-opn because\n${DENIAL}`));
    assert.deepEqual([problems[0]?.check, problems[0]?.hint], ['allow-comment', 'Did you mean fail-open?']);
  });

  test('does not switch off what the gateway relies on', async (context) => {
    const rules = denying(
      '# panfed:allow whole-read we like it\ndenied contains "x" if count(input.record) > 3',
    );
    assert.deepEqual(await found(context, rules), ['whole-read 6:30', 'allow-comment 5:1']);
  });

  test('elsewhere than the finding switches nothing off', async (context) => {
    const rules = denying(`# panfed:allow fail-open for the other rule\nother := 1\n\n${DENIAL}`);
    assert.deepEqual(await found(context, rules), ['fail-open 8:24', 'unused-allow 5:1']);
  });

  test('behind code is about its own line alone', async (context) => {
    const rules = denying(`other := 1 # panfed:allow fail-open for the other rule\n${DENIAL}`);
    assert.deepEqual(await found(context, rules), ['fail-open 6:24', 'unused-allow 5:12']);
  });

  test('in a string is not a comment', async (context) => {
    const rules = denying(`other := "# panfed:allow fail-open x"\n${DENIAL}`);
    assert.deepEqual(await found(context, rules), ['fail-open 6:24']);
  });
});
