import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Decision, Reason } from '../../../src/model/decision.ts';
import { FAILED_DECISION } from '../../../src/policy/decisions/failures.ts';
import { accessOf, type OwnedDecision } from '../../../src/policy/decisions/reasons.ts';

const allow: Decision = { discover: true, pull: true, execute: true, reasons: [] };
const why = (code: string, action: Reason['action'], params: Reason['params'] = {}): Reason => ({
  code,
  action,
  params,
});
const texts = {
  GROUP_REQUIRED: { message: 'Members of {group} only.', remedy: 'Ask {group}.' },
  SITES: { message: 'Runs at {sites}.', remedy: null },
};
const NAMES = new Map([
  ['esrf', 'European Synchrotron'],
  ['desy', 'DESY'],
]);
const owned = (owner: string, decision: Partial<Decision>): OwnedDecision => ({
  owner,
  reasons: texts,
  names: NAMES,
  decision: { ...allow, ...decision },
});

describe('access to an image', () => {
  test('is what all modules allow', () => {
    const access = accessOf([
      owned('federation', { execute: false }),
      owned('esrf', { execute: false, pull: false }),
    ]);
    assert.deepEqual([access.discover, access.pull, access.execute], [true, false, false]);
  });

  test('without any module is none', () => {
    const { discover, reasons } = accessOf([]);
    assert.equal(discover, false);
    assert.deepEqual(
      reasons.map(({ code }) => code),
      ['NOT_ALLOWED', 'DISCOVER_REQUIRED', 'PULL_REQUIRED'],
    );
  });

  test('has the policy’s text, filled in with what the decision says', () => {
    const reasons = [why('GROUP_REQUIRED', 'execute', { group: 'urn:geant:esrf.eu:group:em' })];
    assert.deepEqual(accessOf([owned('esrf', { execute: false, reasons })]).reasons, [
      {
        code: 'GROUP_REQUIRED',
        action: 'execute',
        message: 'Members of urn:geant:esrf.eu:group:em only.',
        remedy: 'Ask urn:geant:esrf.eu:group:em.',
        policy: 'esrf',
      },
    ]);
  });

  test('has the remedy of its params in place of the policy’s, inert, unless there is none', () => {
    const told = (remedy: unknown) => {
      const reasons = [why('GROUP_REQUIRED', 'execute', { group: 'em', remedy })];
      return accessOf([owned('esrf', { execute: false, reasons })]).reasons.map((reason) => reason.remedy);
    };
    assert.deepEqual(told('Register at {group}.'), ['Register at {group}.']);
    assert.deepEqual(told('Regis\u202eter'), ['Register']);
    for (const none of [null, '', ' ', 5, ['Register']]) assert.deepEqual(told(none), ['Ask em.']);
    assert.equal(told('x'.repeat(9_000))[0]?.length, 512);
  });

  test('calls facilities by their names, where a param holds them', () => {
    const told = (code: string, params: Record<string, unknown>) =>
      accessOf([owned('esrf', { execute: false, reasons: [why(code, 'execute', params)] })]).reasons[0]
        ?.message;
    assert.equal(
      told('SITES', { sites: ['desy', 'esrf', 'psi'] }),
      'Runs at DESY, European Synchrotron, psi.',
    );
    assert.equal(told('GROUP_REQUIRED', { group: 'esrf' }), 'Members of esrf only.');
  });

  test('has no reason against an allowed action, nor one of a module that allows it', () => {
    const access = accessOf([
      owned('federation', { reasons: [why('SITES', 'pull'), why('SITES', 'execute')] }),
      owned('esrf', { execute: false, reasons: [why('GROUP_REQUIRED', 'execute')] }),
    ]);
    assert.deepEqual(
      access.reasons.map(({ policy, code }) => [policy, code]),
      [['esrf', 'GROUP_REQUIRED']],
    );
  });

  test('has each reason once, in one order whatever the modules’ order', () => {
    const reasons = [
      why('SITES', 'execute', { sites: ['a'] }),
      why('GROUP_REQUIRED', 'execute', { group: 'g' }),
    ];
    const once = accessOf([owned('federation', { execute: false, reasons })]).reasons;
    const twice = accessOf([
      owned('federation', { execute: false, reasons: [...reasons.toReversed(), ...reasons] }),
    ]).reasons;
    assert.equal(once.length, 2);
    assert.deepEqual(twice, once);
  });

  test('that is denied without a reason says what is needed, or that it is not allowed', () => {
    const { reasons } = accessOf([owned('federation', { pull: false, execute: false })]);
    assert.deepEqual(
      reasons.map(({ action, code, policy }) => [action, code, policy]),
      [
        ['pull', 'NOT_ALLOWED', 'panfed'],
        ['execute', 'PULL_REQUIRED', 'panfed'],
      ],
    );
  });

  test('that a module failed to judge is denied by panfed, naming whose module it was', () => {
    const { reasons } = accessOf([
      owned('federation', {}),
      { ...owned('esrf', {}), decision: FAILED_DECISION },
    ]);
    assert.deepEqual(
      [...new Set(reasons.map(({ code, policy }) => `${policy} ${code}`))],
      ['panfed POLICY_FAILED'],
    );
    assert.match(reasons[0]?.message ?? '', /policy of European Synchrotron/);
  });

  test('has inert, bounded text, whatever the params hold', () => {
    const told = (group: unknown) =>
      accessOf([owned('esrf', { execute: false, reasons: [why('GROUP_REQUIRED', 'execute', { group })] })])
        .reasons[0]?.message ?? '';
    assert.doesNotMatch(told('a\u202eb\u001b[31m\nc\ud800'), /\p{C}/u);
    assert(told('x'.repeat(10_000)).length < 300);
    assert.equal(told(['a', 'b']), 'Members of a, b only.');
    assert.match(told(Array.from({ length: 100 }, (_, i) => `g${i}`)), /g7, … only/);
    assert.equal(told('{group} $& $1'), 'Members of {group} $& $1 only.');
  });

  test('leaves a param that the decision does not have as it is', () => {
    const reasons = [why('GROUP_REQUIRED', 'execute', {})];
    assert.equal(
      accessOf([owned('esrf', { execute: false, reasons })]).reasons[0]?.message,
      'Members of {group} only.',
    );
  });

  test('has a neutral text for a code that the policy does not describe', () => {
    for (const code of ['UNHEARD_OF', 'toString']) {
      const reasons = [why(code, 'execute')];
      assert.equal(
        accessOf([owned('esrf', { execute: false, reasons })]).reasons[0]?.message,
        'The policy does not allow this.',
      );
    }
  });
});
