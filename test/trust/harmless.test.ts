import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { verifyAttachment } from '../../src/trust/verify-attachment.ts';
import { AT, DIGEST, makeSigners, rootsOf } from '../support/attachments.ts';
import { harmlessAttachments } from '../support/harmless-attachments.ts';

const signers = makeSigners();
const roots = rootsOf(signers);
const oddities = harmlessAttachments(signers);

describe('a proof is not lost over', () => {
  for (const [name, attachment] of oddities) {
    test(name, async () => {
      const { claims, proofs } = await verifyAttachment(attachment, DIGEST, roots);
      assert.equal(claims, true);
      assert.equal(proofs.length, 1);
      const [{ statement, within } = assert.fail()] = proofs;
      assert.notEqual(statement.kind, 'other');
      assert.ok(within === null || (within.from <= AT && AT <= within.until));
    });
  }
});

test('the oddities are many, and each has its name', () => {
  assert.ok(oddities.length >= 30, String(oddities.length));
  assert.equal(new Set(oddities.map(([name]) => name)).size, oddities.length);
});
