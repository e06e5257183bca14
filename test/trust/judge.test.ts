import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { NO_PROVENANCE } from '../../src/model/provenance.ts';
import type { Trust } from '../../src/model/trust.ts';
import type { AttachmentFacts, Proof } from '../../src/trust/attachment.ts';
import { NOTHING } from '../../src/trust/facts.ts';
import { type FoundFacts, judgeTrust, type TrustEvidence } from '../../src/trust/judge.ts';
import { NOBODY_TRUSTED, type PinnedKey, type TrustSettings } from '../../src/trust/settings.ts';
import fc from '../support/fast-check.ts';

const RELEASE: PinnedKey = { name: 'Release', notAfter: null, isRevoked: false };

const settings = (over: Partial<TrustSettings> = {}): TrustSettings => ({
  ...NOBODY_TRUSTED,
  keys: new Map([['k1', [RELEASE]]]),
  hash: 'x',
  ...over,
});

const proof = (over: Partial<Proof> = {}): Proof => ({
  signer: { kind: 'key', fingerprint: 'k1' },
  statement: { kind: 'signature' },
  repository: null,
  within: null,
  ...over,
});

const BUILD = { builder: 'https://builder', source: 'https://git/x', revision: 'abc', materials: [] };
const built = proof({ statement: { kind: 'provenance', provenance: BUILD } });

const found = (facts: Partial<AttachmentFacts>, firstSeen = 100): FoundFacts => ({
  firstSeen,
  facts: { ...NOTHING, claims: true, ...facts },
});

const evidence = (over: Partial<TrustEvidence> = {}): TrustEvidence => ({
  ...{
    repository: 'em/relion',
    pulledAs: 'registry.esrf.fr/em/relion',
    claims: { signed: false, signers: [] },
  },
  ...{ found: [], isLapsed: false, isOpen: false, isDoubted: false, lastVerified: null, now: 1_000 },
  ...over,
});

const signed = (...proofs: Proof[]) => evidence({ found: [found({ proofs })] });
const required = settings({ isRequired: () => true });

describe('an image', () => {
  test('without anything is unsigned, and failed where a signature is required', () => {
    assert.equal(judgeTrust(evidence(), settings()).state, 'unsigned');
    assert.equal(judgeTrust(evidence(), required).state, 'failed');
  });

  test('of which somebody says that it is signed is claimed, and failed where a signature is required', () => {
    for (const claimed of [
      evidence({ claims: { signed: true, signers: [] } }),
      evidence({ claims: { signed: false, signers: ['ESRF'] } }),
      evidence({ found: [found({})] }),
    ]) {
      assert.equal(judgeTrust(claimed, settings()).state, 'claimed');
      assert.equal(judgeTrust(claimed, required).state, 'failed');
    }
  });

  test('is verified by one valid signature of a trusted signer, whatever else is attached', () => {
    const garbage = Array.from({ length: 50 }, () => found({ claimedSigners: ['mallory'] }));
    const trust = judgeTrust(evidence({ found: [...garbage, found({ proofs: [proof()] })] }), required);
    assert.deepEqual(
      [trust.state, trust.signers, trust.claimedSigners],
      ['verified', ['Release'], ['mallory']],
    );
  });

  test('is claimed by a valid signature of a key that nobody pins any more', () => {
    assert.equal(judgeTrust(signed(proof()), settings({ keys: new Map() })).state, 'claimed');
  });

  test('is failed where only a revoked key signed it, and verified where another did too', () => {
    const keys = new Map([
      ['k1', [{ ...RELEASE, isRevoked: true }]],
      ['k2', [{ ...RELEASE, name: 'New' }]],
    ]);
    const other = proof({ signer: { kind: 'key', fingerprint: 'k2' } });
    assert.equal(judgeTrust(signed(proof()), settings({ keys })).state, 'failed');
    assert.deepEqual(judgeTrust(signed(proof(), other), settings({ keys })).signers, ['New']);
  });

  test('is not verified by a key that is revoked under another of its names', () => {
    const keys = new Map([['k1', [RELEASE, { ...RELEASE, name: 'Old', isRevoked: true }]]]);
    assert.equal(judgeTrust(signed(proof()), settings({ keys })).state, 'failed');
  });

  test('is verified by a key that has ended where its signature was seen before, and claimed where it was seen later', () => {
    const keys = new Map([['k1', [{ ...RELEASE, notAfter: 100 }]]]);
    const seen = (at: number) => evidence({ found: [found({ proofs: [proof()] }, at)] });
    assert.equal(judgeTrust(seen(100), settings({ keys })).state, 'verified');
    assert.equal(judgeTrust(seen(101), settings({ keys })).state, 'claimed');
  });

  test('is verified within the period of a signature’s certificates alone', () => {
    const within = { from: 900, until: 1_100 };
    for (const [now, state] of [
      [899, 'claimed'],
      [900, 'verified'],
      [1_100, 'verified'],
      [1_101, 'claimed'],
    ] as const) {
      assert.equal(judgeTrust({ ...signed(proof({ within })), now }, settings()).state, state);
    }
  });

  test('is unknown while something is open, but for a valid signature', () => {
    const open = { isOpen: true };
    assert.equal(judgeTrust(evidence(open), settings()).state, 'unknown');
    assert.equal(judgeTrust(evidence(open), required).state, 'unknown');
    assert.equal(judgeTrust({ ...signed(proof()), ...open }, settings()).state, 'verified');
  });

  test('is verified by an identity whose issuer and subject are the configured ones, whole', () => {
    const identity = { issuer: 'https://gitlab.esrf.fr', subject: 'https://gitlab.esrf.fr/em/relion' };
    const trusted = settings({
      identities: [{ name: 'CI', ...identity }],
      authorities: new Set(['r1']),
    });
    const by = (over: Partial<typeof identity & { root: string }>) =>
      judgeTrust(signed(proof({ signer: { kind: 'identity', ...identity, root: 'r1', ...over } })), trusted);
    assert.deepEqual(by({}).signers, ['CI']);
    assert.equal(by({ subject: `${identity.subject}/evil` }).state, 'claimed');
    assert.equal(by({ subject: 'https://gitlab.esrf.fr/em/relio' }).state, 'claimed');
    assert.equal(by({ issuer: 'https://gitlab.esrf.fr.evil.org' }).state, 'claimed');
    assert.equal(by({ root: 'r2' }).state, 'claimed', 'an authority that is not in the root any more');
  });

  test('is verified by Notation where its certificate is still in the trust store', () => {
    const by = signed(proof({ signer: { kind: 'notation', root: 'r1' } }));
    const store = (root: string) => settings({ notation: { name: 'ESRF', roots: new Set([root]) } });
    assert.deepEqual(judgeTrust(by, store('r1')).signers, ['ESRF']);
    assert.equal(judgeTrust(by, store('r2')).state, 'claimed');
  });

  test('is not verified by an attestation of another kind, such as an SBOM', () => {
    const sbom = proof({ statement: { kind: 'other', predicateType: 'https://spdx.dev/Document' } });
    assert.equal(judgeTrust(signed(sbom), settings()).state, 'claimed');
  });

  test('that was verified and is not says when it last was', () => {
    const before = { lastVerified: 500 };
    assert.equal(judgeTrust(evidence(before), settings()).lastVerified, 500);
    assert.equal(judgeTrust({ ...signed(proof()), ...before }, settings()).lastVerified, null);
  });

  test('whose signatures name other repositories alone is a copy of them', () => {
    const named = (...names: string[]) =>
      judgeTrust(signed(...names.map((repository) => proof({ repository }))), settings());
    assert.deepEqual(named('registry.psi.ch/relion').signedAs, ['registry.psi.ch/relion']);
    assert.deepEqual(named('registry.psi.ch/relion', 'registry.esrf.fr/em/relion').signedAs, []);
    assert.deepEqual(judgeTrust(signed(proof()), settings()).signedAs, []);
  });
});

describe('how it was built', () => {
  test('is verified where a trusted signer says so', () => {
    const trust = judgeTrust(signed(built), settings());
    assert.deepEqual([trust.state, trust.provenance], ['verified', { ...BUILD, verified: true }]);
  });

  test('is claimed, and the image with it, where its builder is not allowed', () => {
    const builders = new Set(['https://other']);
    const claimed = evidence({ found: [found({ proofs: [built], claimedProvenance: BUILD })] });
    const trust = judgeTrust(claimed, settings({ builders }));
    assert.deepEqual([trust.state, trust.provenance], ['claimed', { ...BUILD, verified: false }]);
    assert.equal(judgeTrust(claimed, settings({ builders: new Set([BUILD.builder]) })).state, 'verified');
  });

  test('is a claim beside a signature of another kind', () => {
    const trust = judgeTrust(
      evidence({ found: [found({ proofs: [proof()] }), found({ claimedProvenance: BUILD })] }),
      settings(),
    );
    assert.deepEqual([trust.state, trust.provenance.verified], ['verified', false]);
  });

  test('is the same whatever order the attachments came in', () => {
    const other = { ...BUILD, revision: 'def' };
    const both = [found({ claimedProvenance: BUILD }), found({ claimedProvenance: other })];
    const one = judgeTrust(evidence({ found: both }), settings());
    const two = judgeTrust(evidence({ found: [...both].reverse() }), settings());
    assert.deepEqual(one, two);
  });
});

test('nothing that a stranger attaches takes a valid signature away, or makes an image failed', () => {
  const stranger = fc.record({
    firstSeen: fc.nat(2_000),
    facts: fc.record({
      claims: fc.boolean(),
      claimedSigners: fc.array(fc.string(), { maxLength: 20 }),
      proofs: fc.array(
        fc.constantFrom(
          proof({ signer: { kind: 'key', fingerprint: 'stranger' } }),
          proof({ signer: { kind: 'identity', issuer: 'i', subject: 's', root: 'r' } }),
          proof({ signer: { kind: 'notation', root: 'r' } }),
          proof({ statement: { kind: 'other', predicateType: 'x' } }),
        ),
        { maxLength: 4 },
      ),
      claimedProvenance: fc.constantFrom(null, BUILD),
    }),
  });
  fc.assert(
    fc.property(fc.array(stranger, { maxLength: 8 }), fc.boolean(), (strangers, isRequired) => {
      const by = settings({ isRequired: () => isRequired });
      const own = found({ proofs: [proof()] });
      assert.equal(judgeTrust(evidence({ found: [...strangers, own] }), by).state, 'verified');
      const without = judgeTrust(evidence({ found: strangers }), by);
      assert.ok(isRequired ? without.state === 'failed' : ['unsigned', 'claimed'].includes(without.state));
      assert.deepEqual(without.signers, []);
      assert.ok(without.claimedSigners.length <= 16 && Object.isFrozen(without.claimedSigners));
      assert.ok(Object.isFrozen(without));
    }),
  );
});

test('to take a signature away is never kinder than to leave it', () => {
  const kindness = { failed: 0, unknown: 0, unsigned: 1, claimed: 1, verified: 2 };
  const proofs = [proof(), proof({ signer: { kind: 'key', fingerprint: 'k2' } }), built];
  fc.assert(
    fc.property(fc.subarray(proofs), fc.subarray(proofs), fc.boolean(), (some, others, isRequired) => {
      const keys = new Map([['k1', [RELEASE]]]);
      const by = settings({ keys, isRequired: () => isRequired });
      const all = [...new Set([...some, ...others])];
      const [more, less] = [judgeTrust(signed(...all), by), judgeTrust(signed(...some), by)];
      assert.ok(kindness[less.state] <= kindness[more.state]);
    }),
  );
});

test('an image of which nothing is said has no provenance', () => {
  assert.equal(judgeTrust(evidence(), settings()).provenance, NO_PROVENANCE);
});

test('no Trust can be written down or changed outside of trust/', () => {
  const claimed = judgeTrust(evidence({ claims: { signed: true, signers: [] } }), settings());
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
  assert.deepEqual(files.filter(casting), [join('trust', 'judge.ts')]);
});
