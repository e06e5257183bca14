import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkPolicy } from '../../../src/authoring/check.ts';
import { OWN_POLICIES, policyOwners } from '../../../src/authoring/source/owner.ts';
import { needsOpa, opa } from '../opa.ts';
import { found, restricting } from './found.ts';

const ALL = '{"discover": true, "pull": true, "execute": true, "reasons": []}';
const NONE = '{"discover": false, "pull": false, "execute": false, "reasons": []}';
const MEMBER = '"psi" in input.subject.sites';

describe('grants-nothing', needsOpa, () => {
  const misleading: readonly (readonly [string, string, string])[] = [
    [
      'a rule that makes true what is true',
      restricting(`default usable := true\n\nusable if ${MEMBER}`),
      '7:1',
    ],
    [
      'the same in so many words',
      restricting(`default usable := true\n\nusable := true if ${MEMBER}`),
      '7:1',
    ],
    [
      'a decision for some where all is allowed',
      `default decision := ${ALL}\n\ndecision := ${ALL} if ${MEMBER}`,
      '5:1',
    ],
    ['a policy that restricts nothing', `decision := ${ALL}`, '3:1'],
  ];
  for (const [what, rules, place] of misleading) {
    test(`finds ${what}`, async (context) => {
      assert.deepEqual(await found(context, rules), [`grants-nothing ${place}`]);
    });
  }

  const right: readonly (readonly [string, string])[] = [
    ['a rule that lets some through', restricting(`default usable := false\n\nusable if ${MEMBER}`)],
    ['a decision that lets some through', `default decision := ${NONE}\n\ndecision := ${ALL} if ${MEMBER}`],
    ['a rule that denies', restricting(`default usable := true\n\nusable := false if not ${MEMBER}`)],
    [
      'a rule whose else denies',
      restricting(
        `default usable := true\n\nusable := true if {\n\t${MEMBER}\n} else := false if input.record.listed == false`,
      ),
    ],
    [
      'an action that is always allowed',
      'decision := {"discover": true, "pull": true, "execute": false, "reasons": []}',
    ],
  ];
  for (const [what, rules] of right) {
    test(`leaves alone ${what}`, async (context) => assert.deepEqual(await found(context, rules), []));
  }
});

describe('the policies that panfed ships', needsOpa, () => {
  for (const owner of policyOwners(OWN_POLICIES)) {
    test(`${owner.name}: no check finds anything`, async () => {
      const { problems, warnings } = await checkPolicy(opa, owner);
      assert.deepEqual([...problems, ...warnings], []);
    });
  }
});
