import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { initializeTSA, type TSA } from '@sigstore/mock/dist/timestamp/tsa.js';
import { readTrustRoots, type TrustRoots } from '../../src/trust/roots.ts';
import { verifyAttachment } from '../../src/trust/verify-attachment.ts';
import { bundled, DIGEST, keylessBundle, makeSigners } from '../support/attachments.ts';
import { ecKeys } from '../support/certificate-maker.ts';
import { sigstoreInstance } from '../support/sigstore-instance.ts';

// The mock's authority is valid from the moment when it is made: everything here happens then.
const NOW = Date.now();
const HOUR = 3_600_000;
/** A whole second after the authority was made: the verifier reads fractions of three digits alone, and DER writes no zeros at the end. */
const STAMPED = new Date(Math.ceil(NOW / 1_000) * 1_000 + 60_000);
const SHA256 = '2.16.840.1.101.3.4.2.1';
const signers = { ...makeSigners(), sigstore: sigstoreInstance(NOW - HOUR) };

type Json = Readonly<Record<string, unknown>>;

/** A bundle whose log gives a proof of inclusion and no time, as Rekor does since version 2, with a timestamp. */
async function timestamped(
  tsa: TSA,
  wish: { readonly certificateAt?: number; readonly over?: Buffer } = {},
): Promise<Json> {
  const certificate = signers.sigstore.certificate({ at: wish.certificateAt ?? NOW - 60_000 });
  const bundle = keylessBundle(signers, { certificate, at: NOW });
  const { tlogEntries, ...material } = bundle.verificationMaterial as { tlogEntries: readonly Json[] };
  const { signatures } = bundle.dsseEnvelope as { signatures: readonly { sig: string }[] };
  const signature = wish.over ?? Buffer.from(signatures[0]?.sig ?? '', 'base64');
  const token = await tsa.timestamp({
    artifactHash: createHash('sha256').update(signature).digest(),
    hashAlgorithmOID: SHA256,
    nonce: 1,
    certReq: false,
    policyOID: '1.2.3',
  } as never);
  return {
    ...bundle,
    verificationMaterial: {
      ...material,
      tlogEntries: tlogEntries.map(({ inclusionPromise, integratedTime, ...entry }) => entry),
      timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: token.toString('base64') }] },
    },
  };
}

const rootsWith = (tsa: TSA): TrustRoots =>
  readTrustRoots({
    keys: [],
    notation: [],
    sigstore: {
      ...signers.sigstore.root,
      timestampAuthorities: [
        {
          subject: { commonName: 'tsa', organization: 'tests' },
          uri: 'https://tsa.example.test',
          certChain: {
            certificates: [tsa.intCertificate, tsa.rootCertificate].map((der) => ({
              rawBytes: der.toString('base64'),
            })),
          },
          validFor: { start: new Date(NOW - HOUR).toISOString() },
        },
      ],
    },
  });

describe('a keyless signature with a timestamp', () => {
  let tsa: TSA;
  let other: TSA;
  let roots: TrustRoots;
  before(async () => {
    [tsa, other] = await Promise.all([initializeTSA(ecKeys(), STAMPED), initializeTSA(ecKeys(), STAMPED)]);
    roots = rootsWith(tsa);
  });
  const proofs = async (bundle: Json, by = roots) =>
    (await verifyAttachment(bundled(bundle), DIGEST, by)).proofs.length;

  test('is proven by the root that has its authority', async () => {
    assert.equal(await proofs(await timestamped(tsa)), 1);
  });

  test('is not proven by a root without, or with another', async () => {
    const bundle = await timestamped(tsa);
    assert.equal(await proofs(bundle, rootsWith(other)), 0);
    assert.equal(
      await proofs(bundle, readTrustRoots({ keys: [], notation: [], sigstore: signers.sigstore.root })),
      0,
    );
  });

  test('is not proven if it was made before its certificate was valid, or after', async () => {
    assert.equal(await proofs(await timestamped(tsa, { certificateAt: NOW + HOUR })), 0);
    assert.equal(await proofs(await timestamped(tsa, { certificateAt: NOW - HOUR })), 0);
  });

  test('is not proven by the timestamp of another signature', async () => {
    assert.equal(await proofs(await timestamped(tsa, { over: Buffer.from('another') })), 0);
  });

  test('is not proven without an entry of the log, as the root has one', async () => {
    const { verificationMaterial, ...bundle } = await timestamped(tsa);
    const unlogged = { ...(verificationMaterial as Json), tlogEntries: [] };
    assert.equal(await proofs({ ...bundle, verificationMaterial: unlogged }), 0);
  });
});
