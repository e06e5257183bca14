import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import type { Attachment, AttachmentFacts } from '../../src/trust/attachment.ts';
import { readTrustRoots } from '../../src/trust/roots.ts';
import { fingerprintOfKey } from '../../src/trust/spki.ts';
import { verifyAttachment } from '../../src/trust/verify-attachment.ts';
import {
  AT,
  attachment,
  attestation,
  bundled,
  classic,
  DIGEST,
  envelope,
  HEX,
  IN_TOTO,
  jws,
  keyBundle,
  keylessBundle,
  keylessClassic,
  layer,
  makeSigners,
  notarized,
  notaryHeader,
  notarySigner,
  OTHER_HEX,
  rootsOf,
  type Signers,
  simpleSigning,
  slsa,
  statement,
  TYPE,
  YEAR,
} from '../support/attachments.ts';
import { basicConstraints, keyUsage } from '../support/certificate-maker.ts';

const signers = makeSigners();
const roots = rootsOf(signers);
const { pinned, stranger, sigstore, authority } = signers;
const NOTHING: AttachmentFacts = { claims: false, claimedSigners: [], proofs: [], claimedProvenance: null };
const found = (one: Attachment): Promise<AttachmentFacts> => verifyAttachment(one, DIGEST, roots);
const times = (count: number, { layers }: Attachment): Attachment =>
  attachment(...Array.from({ length: count }, () => layers).flat());
const joined = (...all: readonly Attachment[]): Attachment =>
  attachment(...all.flatMap(({ layers }) => layers));
/** An SBOM of about so many megabytes. */
const components = (megabytes: number): unknown =>
  statement({ predicateType: 'https://spdx.dev/Document', predicate: 'a'.repeat(megabytes * 1_000_000) });

describe('a claim is', () => {
  const claims: readonly [name: string, Attachment][] = [
    ['a signature by a stranger', classic(stranger.privateKey)],
    ['a payload without a signature', attachment(layer(TYPE.classic, simpleSigning()))],
    ['an attestation that BuildKit left unsigned', attachment(layer(IN_TOTO, slsa()))],
    ['an SBOM that BuildKit left unsigned', attachment(layer(IN_TOTO, components(1)))],
    ['a large SBOM by a stranger', attestation(envelope(stranger.privateKey, components(1)))],
    ['a Notation signature to another root', notarized(jws(makeSigners()))],
    [
      'a Notation signature in COSE',
      attachment(
        layer('application/cose', Buffer.from(`\xd2\x84{"targetArtifact":{"digest":"${DIGEST}"}}`, 'latin1')),
      ),
    ],
    [
      'a message’s signature of the manifest',
      bundled({
        mediaType: TYPE.bundle,
        messageSignature: {
          messageDigest: { algorithm: 'SHA2_256', digest: Buffer.from(HEX, 'hex').toString('base64') },
          signature: 'AAAA',
        },
      }),
    ],
  ];
  for (const [name, one] of claims) {
    test(name, async () => {
      const { claims: isClaimed, proofs } = await found(one);
      assert.deepEqual([isClaimed, proofs], [true, []]);
    });
  }
});

describe('nothing is said by', () => {
  const silent: readonly [name: string, Attachment][] = [
    [
      'garbage',
      joined(
        ...[...Object.values(TYPE), IN_TOTO, 'application/cose'].map((type) =>
          attachment(layer(type, '\0garbage')),
        ),
      ),
    ],
    ['nothing', attachment()],
    ['layers of no bytes', joined(...Object.values(TYPE).map((type) => attachment(layer(type, ''))))],
    ['a signature of another image', classic(pinned.privateKey, simpleSigning(`sha256:${OTHER_HEX}`))],
    ['an SBOM as it is', attachment(layer('application/spdx+json', components(0)))],
    ['an attachment that is none', {} as Attachment],
    ['layers that are none', attachment(null as never, {} as never)],
  ];
  for (const [name, one] of silent) {
    test(name, async () => assert.deepEqual(await found(one), NOTHING));
  }
});

test('what another verifier throws is no proof', async () => {
  const failing = {
    ...roots,
    sigstore: {
      verifier: {
        verify: () => {
          throw new TypeError('x');
        },
      },
    },
  } as never;
  const { claims, proofs } = await verifyAttachment(bundled(keylessBundle(signers)), DIGEST, failing);
  assert.deepEqual([claims, proofs], [true, []]);
});

describe('a Notation proof counts', () => {
  const within = async (one: Attachment) => (await found(one)).proofs.map((proof) => proof.within);

  test('until the signature expires, if that is before its certificates do', async () => {
    const expiry = AT + 86_400_000;
    const header = notaryHeader({
      crit: ['io.cncf.notary.signingScheme', 'io.cncf.notary.expiry'],
      'io.cncf.notary.expiry': new Date(expiry).toISOString(),
    });
    assert.deepEqual(await within(notarized(jws(signers, { header }))), [
      { from: AT - YEAR, until: expiry - 1 },
    ]);
  });

  test('while the shortest of its certificates is valid', async () => {
    const extensions = [basicConstraints(true), keyUsage(['keyCertSign'])];
    const between = notarySigner(authority, {
      name: 'x',
      extensions,
      notBefore: AT - 1_000,
      notAfter: AT + 1_000,
    });
    const chain = [notarySigner(between), between, authority];
    assert.deepEqual(await within(notarized(jws(signers, { chain }))), [
      { from: AT - 1_000, until: AT + 1_000 },
    ]);
  });

  test('to a certificate of the trust store that signs itself and images', async () => {
    const own = notarySigner(authority, { issuer: undefined } as never);
    const store = { ...signers, authority: own } as Signers;
    const { proofs } = await verifyAttachment(
      notarized(jws(signers, { chain: [own] })),
      DIGEST,
      rootsOf(store),
    );
    assert.equal(proofs.length, 1);
  });
});

describe('the bounds', () => {
  test('let a signature among many layers be found, and none beyond', async () => {
    const good = classic(pinned.privateKey);
    assert.equal((await found(joined(times(63, classic(stranger.privateKey)), good))).proofs.length, 1);
    assert.equal((await found(joined(times(64, classic(stranger.privateKey)), good))).proofs.length, 0);
  });

  test('let a signature behind others be compared with each of as many keys as a facility may pin', async () => {
    const keys = Array.from({ length: 32 }, () => generateKeyPairSync('ec', { namedCurve: 'P-521' }));
    const many = readTrustRoots({
      ...{ notation: [], sigstore: null },
      keys: keys.map(({ publicKey }) => ({
        pem: publicKey.export({ type: 'spki', format: 'pem' }) as string,
      })),
    });
    const last = many.keys.at(-1)?.fingerprint;
    const one = keys.find(({ publicKey }) => fingerprintOfKey(publicKey) === last);
    assert.ok(one);
    const attached = joined(times(3, classic(stranger.privateKey)), classic(one.privateKey));
    assert.equal((await verifyAttachment(attached, DIGEST, many)).proofs.length, 1);
  });

  test('let no large layer hide a small one', async () => {
    const large = attestation(envelope(pinned.privateKey, components(2.5)));
    const { proofs } = await found(joined(large, large, classic(pinned.privateKey)));
    assert.deepEqual(
      proofs.map(({ statement: { kind } }) => kind),
      ['other', 'signature'],
    );
  });

  test('leave out a layer of more than 4 MiB', async () => {
    assert.deepEqual(await found(attestation(envelope(pinned.privateKey, components(4)))), NOTHING);
  });

  test('let identities be proven once each, however often they signed', async () => {
    const certificate = sigstore.certificate({ at: AT, subject: 'https://gitlab.esrf.fr/another' });
    const { proofs } = await found(
      joined(times(10, keylessClassic(signers)), keylessClassic(signers, { certificate })),
    );
    assert.equal(proofs.length, 2);
  });

  test('keep the materials of so many builds as one may have', async () => {
    const resolvedDependencies = Array.from({ length: 100 }, (_, number) => ({
      uri: `pkg:x/${number}${'y'.repeat(190)}`,
    }));
    const predicate = { buildDefinition: { resolvedDependencies }, runDetails: { builder: { id: 'b' } } };
    const built = attestation(envelope(pinned.privateKey, slsa({ predicate })));
    const { proofs } = await found(times(4, built));
    const counts = proofs.map(({ statement: stated }) =>
      stated.kind === 'provenance' ? stated.provenance.materials.length : null,
    );
    assert.deepEqual(counts, [100, 0, 0, 0]);
  });

  test('keep few of the names that certificates claim, in an order', async () => {
    const many = Array.from({ length: 30 }, (_, index) =>
      keylessClassic(signers, {
        certificate: sigstore.certificate({ at: AT, subject: `https://x.example/${index}`, isLogged: false }),
      }),
    );
    const { claimedSigners, proofs } = await found(joined(...many));
    assert.deepEqual(claimedSigners, [...claimedSigners].sort());
    assert.ok(claimedSigners.length > 0 && claimedSigners.length <= 16);
    assert.deepEqual(proofs, []);
  });

  test('make names inert', async () => {
    const certificate = sigstore.certificate({ at: AT, subject: 'https://x\u001b[31m.example' });
    const { claimedSigners } = await found(bundled(keylessBundle(signers, { certificate })));
    assert.deepEqual(claimedSigners, ['https://x [31m.example']);
  });
});

// A quiet machine takes some tens of milliseconds of its processor's time for the slowest.
describe('the time that an attachment takes is bounded for', () => {
  const objects = `${JSON.stringify(statement()).slice(0, -1)},"a":[${'{},'.repeat(800_000)}1]}`;
  const witness = (): Attachment => {
    const bundle = structuredClone(keylessBundle(signers)) as never as {
      verificationMaterial: { tlogEntries: { inclusionProof: { checkpoint: { envelope: string } } }[] };
    };
    for (const { inclusionProof } of bundle.verificationMaterial.tlogEntries)
      inclusionProof.checkpoint.envelope = inclusionProof.checkpoint.envelope.replace(
        '\u2014 rekor.example.test ',
        '\u2014 ([a-z./:]*)*! ',
      );
    return bundled(bundle);
  };
  const hostile: readonly [name: string, () => Attachment][] = [
    ['megabytes of brackets', () => attachment(layer(TYPE.envelope, '['.repeat(4_000_000)))],
    ['a statement of 800,000 objects', () => attestation(envelope(stranger.privateKey, objects))],
    [
      'megabytes of base64',
      () => attestation({ ...envelope(stranger.privateKey), payload: 'A'.repeat(4_000_000) }),
    ],
    [
      '100,000 signatures',
      () =>
        attestation({
          ...envelope(stranger.privateKey),
          signatures: Array.from({ length: 100_000 }, () => ({ sig: 'AAAA' })),
        }),
    ],
    ['many signatures by strangers', () => times(64, classic(stranger.privateKey))],
    ['many keyless signatures', () => times(64, bundled(keylessBundle(signers)))],
    ['many Notation signatures', () => times(64, notarized(jws(signers)))],
    ['a name in a checkpoint that takes a regular expression for ever', witness],
    ['many bundles that name a key', () => times(64, bundled(keyBundle(envelope(stranger.privateKey))))],
  ];
  for (const [name, made] of hostile) {
    test(name, async () => {
      const one = made();
      await found(one);
      const before = process.cpuUsage();
      await found(one);
      const { user, system } = process.cpuUsage(before);
      assert.ok(user + system < 1_000_000, `${(user + system) / 1_000} ms`);
    });
  }
});
