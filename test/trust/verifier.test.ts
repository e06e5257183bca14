import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Attachment } from '../../src/model/attachment.ts';
import { createVerifier } from '../../src/trust/verifier.ts';
import {
  bundled,
  DIGEST,
  envelope,
  keyBundle,
  makeSigners,
  pemOfKey,
  statement,
} from '../support/attachments.ts';

const signers = makeSigners();
const material = { keys: [{ pem: pemOfKey(signers.pinned) }], notation: [], sigstore: null };
const signed: Attachment = bundled(keyBundle(envelope(signers.pinned.privateKey, statement())));
const verifier = createVerifier();
after(() => verifier.close());

const task = (attachments: readonly Attachment[]) => ({ subject: DIGEST, attachments, material, hash: 'x' });
const NEVER = new AbortController().signal;

test('what is attached to an image is verified in a thread, in its order', async () => {
  const garbage: Attachment = { ...signed, layers: [] };
  const found = await verifier.verify('esrf', task([garbage, signed]), NEVER);
  assert.deepEqual(
    found.map(({ proofs }) => proofs.length),
    [0, 1],
  );
});

test('roots that cannot be read are a failure, and no finding', async () => {
  const wrong = { ...material, keys: [{ pem: 'none' }] };
  await assert.rejects(verifier.verify('esrf', { ...task([signed]), material: wrong, hash: 'y' }, NEVER));
  const [found] = await verifier.verify('esrf', task([signed]), NEVER);
  assert.equal(found?.proofs.length, 1);
});

test('what is given up ends with the reason, and the next is verified', async () => {
  const reason = new Error('stopped');
  await assert.rejects(verifier.verify('esrf', task([signed]), AbortSignal.abort(reason)), reason);
  const ended = new AbortController();
  const waiting = verifier.verify('esrf', task(Array.from({ length: 100 }, () => signed)), ended.signal);
  ended.abort(reason);
  await assert.rejects(waiting, reason);
  const [found] = await verifier.verify('psi', task([signed]), NEVER);
  assert.equal(found?.proofs.length, 1);
});
