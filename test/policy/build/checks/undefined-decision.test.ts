import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { needsOpa } from '../opa.ts';
import { found, restricting } from './found.ts';

const ALL = '{"discover": true, "pull": true, "execute": true, "reasons": []}';
const SOME = '{"discover": true, "pull": false, "execute": false, "reasons": []}';
const OPEN = 'input.record.sharing == "open"';

describe('undefined-decision', needsOpa, () => {
  test('finds a rule without a default, at each action that needs it', async (context) => {
    assert.deepEqual(await found(context, restricting(`usable if ${OPEN}`)), [
      'undefined-decision 3:40',
      'undefined-decision 3:59',
    ]);
  });

  test('finds a decision for some only', async (context) => {
    assert.deepEqual(await found(context, `decision := ${ALL} if ${OPEN}`), ['undefined-decision 3:1']);
  });

  const right: readonly (readonly [string, string])[] = [
    ['a rule with a default', restricting(`default usable := false\n\nusable if ${OPEN}`)],
    ['a rule with an else', restricting(`usable if {\n\t${OPEN}\n} else := false`)],
    ['a rule that is one or the other', restricting(`usable if ${OPEN}\n\nusable := false if not ${OPEN}`)],
    ['a decision with a default', `default decision := ${SOME}\n\ndecision := ${ALL} if ${OPEN}`],
    [
      'a decision that is one or the other',
      `decision := ${ALL} if ${OPEN}\n\ndecision := ${SOME} if not ${OPEN}`,
    ],
    [
      'a comparison',
      'decision := {"discover": true, "pull": count(no) == 0, "execute": false, "reasons": []}\n\nno contains 1 if not input.record.listed',
    ],
  ];
  for (const [what, rules] of right) {
    test(`leaves alone ${what}`, async (context) => assert.deepEqual(await found(context, rules), []));
  }
});
