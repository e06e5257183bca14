import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { tracePolicy } from '../../../src/authoring/evaluate/trace.ts';
import { findOpa } from '../../../src/authoring/opa/opa.ts';
import { policyOwners } from '../../../src/authoring/source/owner.ts';
import { facility, needsOpa } from '../opa.ts';

const REGO = `package panfed.facility.psi

default open := false

open if {
	input.record.sharing == "open"
	input.record.listed == true
}

known(sharing) if sharing in {"open", "none"}

decision := {"discover": open, "pull": open, "execute": open, "reasons": reasons}

reasons := [{"code": "PSI_CLOSED", "action": action, "params": {}} |
	not open
	known(input.record.sharing)
	some action in ["discover", "pull", "execute"]
]
`;

describe('a trace', needsOpa, () => {
  async function trace(context: Parameters<typeof facility>[0], record: object) {
    const { policies } = await facility(context, 'psi', { 'decision.rego': REGO });
    const [owner] = policyOwners(policies, ['psi']);
    assert.ok(owner);
    return tracePolicy(await findOpa(), owner, JSON.stringify({ record }));
  }

  test('reports for each rule whether it held, and for one that did not, the last expression that was reached', async (context) => {
    const { rules } = await trace(context, { sharing: 'open', listed: false });
    assert.deepEqual(
      rules.map(({ line, held, failedAt }) => [line, held, failedAt?.text ?? null]),
      [
        [3, true, null],
        [5, false, 'input.record.listed == true'],
        [10, true, null],
        [12, true, null],
        [14, true, null],
      ],
    );
  });

  test('has what OPA decides, and the reason codes of each rule', async (context) => {
    const { decision, rules } = await trace(context, { sharing: 'open', listed: false });
    assert.deepEqual((decision as { reasons: { code: string }[] }).reasons[0]?.code, 'PSI_CLOSED');
    assert.deepEqual(rules.at(-1)?.codes, ['PSI_CLOSED']);
    assert.match(rules.at(-1)?.file ?? '', /facilities\/psi\/decision\.rego$/);
  });

  test('passes over no rule by an index: what differs is in it', async (context) => {
    const { rules } = await trace(context, { sharing: 'conditional', listed: true });
    assert.equal(rules.find(({ line }) => line === 5)?.failedAt?.text, 'input.record.sharing == "open"');
    assert.equal(rules.find(({ line }) => line === 10)?.held, false);
  });
});
