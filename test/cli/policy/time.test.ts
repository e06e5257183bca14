import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { explainCommand } from '../../../src/cli/policy/explain.ts';
import { timeOf } from '../../../src/cli/policy/time.ts';
import { facility, needsOpa } from '../../authoring/opa.ts';
import { ROOT } from '../../support/root.ts';
import { collect } from '../collect.ts';

describe('--time', () => {
  test('is an RFC 3339 time with its zone', () => {
    assert.equal(timeOf('2026-12-24T18:00:00Z'), Date.UTC(2026, 11, 24, 18));
    assert.equal(timeOf('2026-12-24T18:00:00+01:00'), Date.UTC(2026, 11, 24, 17));
  });

  for (const text of ['', 'now', '2026-12-24', '2026-12-24T18:00:00', '2026-02-30T00:00:00Z', '1766599200']) {
    test(`is not ${JSON.stringify(text)}`, () => {
      assert.throws(() => timeOf(text), /Expected a time with its zone/);
    });
  }
});

describe('panfed policy explain --time', needsOpa, () => {
  // Open to everyone from one day on, and only to members of the ESRF before.
  const RULES = `package panfed.facility.esrf

default usable := false

usable if "esrf" in input.subject.sites

# METADATA
# custom:
#   time: {bucket: 6h}
usable if input.request.time.start >= "2027-01-01T00:00:00Z"

decision := {"discover": true, "pull": usable, "execute": usable, "reasons": []}
`;
  const explained = async (policies: string, time: string) => {
    const output = collect();
    const args = ['--config', `${ROOT}federation.yaml`, '--policies', policies, '--format', 'json'];
    const asked = ['--as', 'admin', '--image', 'esrf/internal/mx/xds:20220110', '--time', time];
    await explainCommand(output, {}).parseAsync([...args, ...asked], { from: 'user' });
    const printed = JSON.parse(output.stdout());
    return printed.modules.find(({ policy }: { readonly policy: string }) => policy === 'esrf');
  };

  test('shows the bucket that a policy was given, decides by it, and never says to wait', async (context) => {
    const { policies } = await facility(context, 'esrf', { 'decision.rego': RULES });
    const before = await explained(policies, '2026-12-31T23:59:59Z');
    assert.deepEqual(before.time, { start: '2026-12-31T18:00:00Z', bucket: '6h' });
    assert.deepEqual(before.input.request, { time: { start: '2026-12-31T18:00:00Z' } });
    assert.equal(before.decision.pull, false);
    const ways = before.nearest.filter(({ action }: { readonly action: string }) => action === 'pull');
    assert.deepEqual(
      ways.map(({ steps }: { readonly steps: readonly { readonly text: string }[] }) =>
        steps.map(({ text }) => text),
      ),
      [['be a member of esrf']],
    );
    const later = await explained(policies, '2027-01-01T01:00:00+01:00');
    assert.deepEqual([later.time.start, later.decision.pull], ['2027-01-01T00:00:00Z', true]);
  });
});
