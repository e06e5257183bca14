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

  const noDecisions: readonly (readonly [string, readonly string[]])[] = [
    ['true', ['3:13']],
    ['[]', ['3:13']],
    ['{"discover": true}', ['3:13', '3:13', '3:13']],
    ['{"discover": true, "pull": false, "execute": false, "reasons": [], "more": 1}', ['3:13']],
    ['{"discover": "yes", "pull": false, "execute": null, "reasons": "none"}', ['3:26', '3:59', '3:76']],
    ['{"discover": true, "pull": false, "execute": true, "reasons": []}', ['3:13']],
    ['{"discover": false, "pull": true, "execute": false, "reasons": []}', ['3:13']],
  ];
  for (const [value, places] of noDecisions) {
    test(`finds what can be no decision: ${value}`, async (context) => {
      assert.deepEqual(
        await found(context, `decision := ${value}`),
        places.map((place) => `undefined-decision ${place}`),
      );
    });
  }

  test('finds a decision that is a set, and a reason of no action', async (context) => {
    assert.deepEqual(await found(context, 'decision contains "pull"'), ['undefined-decision 3:1']);
    const reasons = '[{"code": "A_B", "action": "pul", "params": {}}]';
    const all = await found(
      context,
      `# METADATA
# custom:
#   reasons:
#     A_B: {message: "No.", remedy: null}
decision := {"discover": true, "pull": false, "execute": false, "reasons": ${reasons}}`,
    );
    assert.deepEqual(all, ['undefined-decision 7:103']);
  });

  const right: readonly (readonly [string, string])[] = [
    [
      'a decision that is written key by key',
      'decision.discover := true\n\ndecision.pull := false\n\ndecision.execute := false\n\ndecision.reasons := []',
    ],
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
