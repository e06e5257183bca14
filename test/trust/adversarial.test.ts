import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { verifyAttachment } from '../../src/trust/verify-attachment.ts';
import { adversarialAttachments } from '../support/adversarial-attachments.ts';
import { DIGEST, makeSigners, rootsOf } from '../support/attachments.ts';

const signers = makeSigners();
const roots = rootsOf(signers);
const attacks = adversarialAttachments(signers);

describe('an image is vouched for by nobody with', () => {
  for (const [name, attachment] of attacks) {
    test(name, async () => {
      const { proofs } = await verifyAttachment(attachment, DIGEST, roots);
      assert.deepEqual(
        proofs.filter(({ statement }) => statement.kind !== 'other'),
        [],
      );
    });
  }
});

test('the attacks are many, and each has its name', () => {
  assert.ok(attacks.length >= 60, String(attacks.length));
  assert.equal(new Set(attacks.map(([name]) => name)).size, attacks.length);
});
