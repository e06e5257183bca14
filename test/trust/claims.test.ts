import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Trust } from '../../src/model/trust.ts';
import { claimedTrust } from '../../src/trust/claims.ts';
import fc from '../support/fast-check.ts';

test('an image without claims is unsigned', () => {
  assert.deepEqual(claimedTrust({ signed: false, signers: [] }), { state: 'unsigned', signers: [] });
});

test('stated signers make it claimed, as a sorted set', () => {
  const trust = claimedTrust({ signed: false, signers: ['PSI', 'ESRF', 'PSI'] });
  assert.deepEqual(trust, { state: 'claimed', signers: ['ESRF', 'PSI'] });
});

test('a claim without a name is a claim', () => {
  assert.deepEqual(claimedTrust({ signed: true, signers: [''] }), { state: 'claimed', signers: [] });
});

test('no claim is more than claimed, nor longer than the bounds', () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.array(fc.string({ maxLength: 600 }), { maxLength: 40 }),
      (signed, signers) => {
        const trust = claimedTrust({ signed, signers });
        assert.ok(trust.state === 'claimed' || trust.state === 'unsigned');
        assert.ok(trust.signers.length <= 16 && trust.signers.every((signer) => signer.length <= 512));
        assert.ok(Object.isFrozen(trust) && Object.isFrozen(trust.signers));
      },
    ),
  );
});

test('no Trust can be written down or changed outside of trust/', () => {
  const claimed = claimedTrust({ signed: true, signers: [] });
  // @ts-expect-error an object literal is not a Trust
  const literal: Trust = { state: 'verified', signers: [] };
  // @ts-expect-error nor is a changed copy of one
  const copy: Trust = { ...claimed, state: 'verified' };
  assert.notEqual(literal, copy);
  assert.throws(() => Object.assign(claimed, { state: 'verified' }), TypeError);
});

test('no file of src outside of trust/ casts to a Trust', () => {
  const src = fileURLToPath(new URL('../../src', import.meta.url));
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const casting = (name: string) => /\b(as|<)\s*Trust\b/.test(readFileSync(join(src, name), 'utf8'));
  assert.deepEqual(files.filter(casting), [join('trust', 'claims.ts')]);
});
