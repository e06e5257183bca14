import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Deciding, revisionOf } from '../../../src/policy/bundle/revision.ts';

const policy: Deciding = {
  wasm: Uint8Array.of(0, 97, 115, 109),
  reads: [
    ['record', 'sharing'],
    ['subject', 'groups'],
  ],
  reasons: {
    A: { message: 'a', remedy: null },
    B: { message: 'b', remedy: 'ask' },
  },
};

describe('the revision of a policy', () => {
  test('is a sha256', () => assert.match(revisionOf(policy), /^sha256:[0-9a-f]{64}$/));

  test('does not depend on the order of what is read, nor of the reason codes', () => {
    const turned: Deciding = {
      ...policy,
      reads: policy.reads.toReversed(),
      reasons: { B: { message: 'b', remedy: 'ask' }, A: { message: 'a', remedy: null } },
    };
    assert.equal(revisionOf(turned), revisionOf(policy));
  });

  test('changes with everything that decides, and with every text', () => {
    const others: Deciding[] = [
      { ...policy, wasm: Uint8Array.of(0, 97, 115, 110) },
      { ...policy, reads: [['record', 'sharing']] },
      { ...policy, reads: [['record'], ['sharing'], ['subject', 'groups']] },
      { ...policy, reasons: { A: { message: 'a', remedy: null } } },
      { ...policy, reasons: { ...policy.reasons, A: { message: 'a', remedy: '' } } },
      { ...policy, reasons: { ...policy.reasons, A: { message: 'c', remedy: null } } },
      { ...policy, time: { bucket: 60 } },
      { ...policy, time: { bucket: 3_600 } },
      { ...policy, data: 'a' },
      { ...policy, data: 'b' },
    ];
    const revisions = [policy, ...others].map(revisionOf);
    assert.equal(new Set(revisions).size, revisions.length);
  });
});
