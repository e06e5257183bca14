import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Attachment, Statement } from '../../src/trust/attachment.ts';
import { readTrustRoots } from '../../src/trust/roots.ts';
import { fingerprintOf } from '../../src/trust/spki.ts';
import { verifyAttachment } from '../../src/trust/verify-attachment.ts';
import {
  AT,
  attestation,
  bundled,
  COMMIT,
  classic,
  DIGEST,
  envelope,
  jws,
  keyBundle,
  keylessBundle,
  keylessClassic,
  makeSigners,
  notarized,
  pemOfKey,
  rootsOf,
  slsa,
  YEAR,
} from '../support/attachments.ts';
import { ISSUER, SUBJECT } from '../support/sigstore-instance.ts';

const signers = makeSigners();
const roots = rootsOf(signers);
const others = rootsOf(makeSigners());
const { privateKey } = signers.pinned;
const key = { kind: 'key', fingerprint: fingerprintOf(pemOfKey(signers.pinned)) };
const identity = {
  ...{ kind: 'identity', issuer: ISSUER, subject: SUBJECT },
  root: roots.sigstore?.authorities[0]?.fingerprint,
};
const SIGNED: Statement = { kind: 'signature' };
const BUILT: Statement = {
  kind: 'provenance',
  provenance: {
    builder: 'https://gitlab.esrf.fr/runners/1',
    source: 'https://gitlab.esrf.fr/x/y',
    revision: COMMIT,
    materials: [{ uri: 'git+https://gitlab.esrf.fr/x/y@refs/tags/v1', digest: `gitCommit:${COMMIT}` }],
  },
};

const LAYOUTS: readonly [name: string, Attachment, signer: object, Statement, repository: string | null][] = [
  ['a classic signature of cosign', classic(privateKey), key, SIGNED, 'registry.esrf.fr/x/y'],
  [
    'an attestation in an envelope',
    attestation(envelope(privateKey, slsa())),
    key,
    BUILT,
    'registry.esrf.fr/x/y',
  ],
  ['a signature in a bundle', bundled(keyBundle(envelope(privateKey))), key, SIGNED, 'registry.esrf.fr/x/y'],
  [
    'an attestation in a bundle',
    bundled(keyBundle(envelope(privateKey, slsa()))),
    key,
    BUILT,
    'registry.esrf.fr/x/y',
  ],
  ['a keyless bundle', bundled(keylessBundle(signers)), identity, SIGNED, 'registry.esrf.fr/x/y'],
  [
    'a keyless attestation',
    bundled(keylessBundle(signers, { payload: slsa() })),
    identity,
    BUILT,
    'registry.esrf.fr/x/y',
  ],
  ['a classic keyless signature', keylessClassic(signers), identity, SIGNED, 'registry.esrf.fr/x/y'],
];

describe('an image is vouched for with', () => {
  for (const [name, attachment, signer, statement, repository] of LAYOUTS) {
    test(name, async () => {
      const { claims, proofs } = await verifyAttachment(attachment, DIGEST, roots);
      assert.deepEqual(
        { claims, proofs },
        { claims: true, proofs: [{ signer, statement, repository, within: null }] },
      );
    });

    test(`${name}, by those alone who trust its signer`, async () => {
      const { claims, proofs } = await verifyAttachment(attachment, DIGEST, others);
      assert.deepEqual({ claims, proofs }, { claims: true, proofs: [] });
    });

    test(`${name}, and no other image is`, async () => {
      const facts = await verifyAttachment(attachment, `sha256:${'0'.repeat(64)}`, roots);
      assert.deepEqual(facts, { claims: false, claimedSigners: [], proofs: [], claimedProvenance: null });
    });
  }
});

test('a Notation signature counts while all certificates of its chain are valid', async () => {
  const { proofs } = await verifyAttachment(notarized(jws(signers)), DIGEST, roots);
  assert.deepEqual(proofs, [
    {
      signer: { kind: 'notation', root: [...roots.notation][0] },
      statement: SIGNED,
      repository: null,
      within: { from: AT - YEAR, until: AT + YEAR },
    },
  ]);
});

test('a certificate names whom it is said to be by, trusted or not', async () => {
  const found = await Promise.all(
    [notarized(jws(signers)), bundled(keylessBundle(signers))].map((one) =>
      verifyAttachment(one, DIGEST, others),
    ),
  );
  assert.deepEqual(
    found.map(({ claimedSigners }) => claimedSigners),
    [['CN=images.esrf.fr'], [SUBJECT]],
  );
});

test('what nobody proves of the build is claimed', async () => {
  const facts = await verifyAttachment(attestation(envelope(privateKey, slsa())), DIGEST, others);
  assert.deepEqual(facts.claimedProvenance, BUILT.kind === 'provenance' && BUILT.provenance);
});

test('without roots nothing is proven', async () => {
  const none = readTrustRoots({ keys: [], notation: [], sigstore: null });
  for (const [, attachment] of LAYOUTS) {
    assert.deepEqual((await verifyAttachment(attachment, DIGEST, none)).proofs, []);
  }
});
