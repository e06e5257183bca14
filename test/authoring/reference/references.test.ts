import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type InputSchema, inputSchema } from '../../../src/authoring/checks/schema.ts';
import { inputReference } from '../../../src/authoring/reference/input-reference.ts';
import { reasonReference } from '../../../src/authoring/reference/reason-reference.ts';
import { FACILITY_SCHEMA, OWN_POLICIES, policyOwners } from '../../../src/authoring/source/owner.ts';
import { tableBelow } from '../../support/markdown.ts';
import { facility, needsOpa, opa } from '../opa.ts';

const page = (name: string) => fileURLToPath(new URL(`../../../docs/policies/${name}`, import.meta.url));

describe('the reference of the input', () => {
  test('is docs/policies/input.md (node dist/cli/main.js policy reference input --output docs/policies/input.md)', async () => {
    assert.equal(readFileSync(page('input.md'), 'utf8'), await inputReference());
  });

  test('has the meaning of every field, and who says it', async () => {
    const reference = await inputReference();
    const headings = ['record', 'subject', 'request', 'The preference module'];
    const rows = headings.flatMap((heading) => tableBelow(reference, heading));
    assert.ok(rows.length > 50);
    for (const [field, values, meaning, by] of rows) {
      assert.ok(values && meaning && by, `${field}: ${values}, ${meaning}, ${by}`);
    }
  });

  for (const name of ['federation.json', 'facility.json', 'preference.json']) {
    test(`every field of ${name} is listed`, async () => {
      const reference = await inputReference();
      const schema = inputSchema.parse(
        JSON.parse(readFileSync(FACILITY_SCHEMA.replace('facility.json', name), 'utf8')),
      );
      const untold = leaves(schema, 'input').filter((path) => !reference.includes(`| \`${path}\` |`));
      assert.deepEqual(untold, []);
    });
  }
});

function leaves(schema: InputSchema, path: string): string[] {
  const below = schema.items?.properties === undefined ? schema : schema.items;
  const at = below === schema ? path : `${path}[_]`;
  const fields = Object.entries(below.properties ?? {});
  return fields.length === 0 ? [at] : fields.flatMap(([name, field]) => leaves(field, `${at}.${name}`));
}

describe('the reference of reason codes', needsOpa, () => {
  test('is docs/policies/reasons.md (… policy reference reasons --output docs/policies/reasons.md)', async () => {
    const path = page('reasons.md');
    assert.equal(readFileSync(path, 'utf8'), await reasonReference(opa, policyOwners(OWN_POLICIES), path));
  });

  test('names the actions that a code denies, also where no test of the policy asks for one', async (context) => {
    const { owner } = await facility(context, 'psi', {
      'decision.rego': `package panfed.facility.psi

decision := {"discover": count(hidden) == 0, "pull": count(kept) == 0, "execute": count(kept) == 0, "reasons": reasons}

hidden contains "discover" if input.record.sharing == "none"

kept contains action if {
	not input.record.suppliedBy == "staff"
	some action in ["pull", "execute"]
}

kept contains "discover" if input.record.sharing == "none"

# METADATA
# custom:
#   reasons:
#     PSI_USERS:
#       message: "A | B"
#       remedy: "Ask."
reasons := [{"code": "PSI_USERS", "action": action, "params": {}} | some action in hidden | kept]
`,
      'decision_test.rego': `package panfed.facility.psi_test

import data.panfed.facility.psi

test_users if {
	not psi.decision.pull with input as {"record": {"suppliedBy": "user", "sharing": "open"}}
}
`,
    });
    const reference = await reasonReference(opa, [owner], `${owner.folder}/docs/reasons.md`);
    assert.deepEqual(tableBelow(reference, 'psi'), [
      ['PSI_USERS', 'A \\| B', 'Ask.', 'discover, pull, execute', '[decision.rego](../decision.rego)'],
    ]);
  });

  test('leaves out an owner that gives no reasons, and has the gateway’s own reasons', async () => {
    const reference = await reasonReference(opa, policyOwners(OWN_POLICIES, ['preference']), 'reasons.md');
    assert.deepEqual(reference.match(/^## .*/gm), ['## panfed']);
    assert.ok(tableBelow(reference, 'panfed').some(([code]) => code === 'POLICY_FAILED'));
  });
});
