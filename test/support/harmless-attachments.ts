// Attachments that are odd and rightly signed: as other versions, other tools and other people write them.
import { constants, generateKeyPairSync, sign } from 'node:crypto';
import type { Attachment } from '../../src/trust/attachment.ts';
import {
  AT,
  attachment,
  attestation,
  base64Json,
  bundled,
  bytesOf,
  classic,
  envelope,
  HEX,
  jws,
  keyBundle,
  keylessBundle,
  keylessClassic,
  layer,
  notarized,
  notaryHeader,
  notaryPayload,
  notarySigner,
  SIGNATURE,
  type Signers,
  simpleSigning,
  slsa,
  statement,
  TYPE,
  YEAR,
} from './attachments.ts';
import {
  alternativeNames,
  basicConstraints,
  ecKeys,
  extendedKeyUsage,
  keyUsage,
  tokenIssuer,
  tokenIssuerV1,
} from './certificate-maker.ts';
import { ISSUER, SUBJECT } from './sigstore-instance.ts';

type Json = Readonly<Record<string, unknown>>;
type Oddity = readonly [name: string, attachment: Attachment];

/** By name; each of them proves that somebody vouches for the image. */
export const harmlessAttachments = (signers: Signers): readonly Oddity[] => [
  ...ofClassic(signers),
  ...ofEnvelopes(signers),
  ...ofBundles(signers),
  ...ofNotation(signers),
  ...ofKeyless(signers),
];

const changed = (json: Json, parts: Json): Json => ({ ...json, ...parts });
const reordered = (json: Json): Json => Object.fromEntries(Object.entries(json).reverse());
const unpadded = (text: unknown): string => String(text).replace(/=+$/, '');
const urlSafe = (text: unknown): string => String(text).replaceAll('+', '-').replaceAll('/', '_');
const spaced = (json: unknown): string => JSON.stringify(json, null, 2).replaceAll('\n', '\r\n');
const mediaType = ({ layers: [first], ...rest }: Attachment, type: string): Attachment => ({
  ...rest,
  layers: first === undefined ? [] : [{ ...first, mediaType: type }],
});
const joined = (...all: readonly Attachment[]): Attachment =>
  attachment(...all.flatMap(({ layers }) => layers));

function ofClassic({ pinned, stranger }: Signers): readonly Oddity[] {
  const key = pinned.privateKey;
  const payload = simpleSigning();
  const signature = sign('sha256', bytesOf(payload), key).toString('base64');
  const critical = payload.critical as Json;
  return [
    ['a classic payload with unknown members', classic(key, { ...payload, more: { a: 1 } })],
    ['a classic payload in another order', classic(key, reordered(payload))],
    ['a classic payload with blanks and line breaks', classic(key, spaced(payload))],
    ['a classic payload with a byte order mark', classic(key, `\ufeff${JSON.stringify(payload)}`)],
    [
      'a classic payload with annotations of its signer',
      classic(key, { ...payload, optional: { sha: 'abc' } }),
    ],
    [
      'a classic payload without an identity',
      classic(key, { critical: { ...critical, identity: undefined } }),
    ],
    [
      'a classic payload with a name that is no repository',
      classic(key, { critical: { ...critical, identity: { 'docker-reference': 'a b\u202ec' } } }),
    ],
    ['a classic signature beside unknown annotations', classic(key, payload, { 'org.example/a': '\0' })],
    [
      'a classic signature without padding',
      attachment(layer(TYPE.classic, payload, { [SIGNATURE]: unpadded(signature) })),
    ],
    [
      'a classic signature with a certificate that is none',
      classic(key, payload, { 'dev.sigstore.cosign/certificate': 'x' }),
    ],
    ['a classic signature after a stranger’s', joined(classic(stranger.privateKey), classic(key))],
    [
      'a classic signature beside layers of other kinds',
      joined(attachment(layer('text/plain', 'x')), classic(key), attachment(layer(TYPE.jws, '{'))),
    ],
    [
      'a media type in capital letters with a parameter',
      mediaType(classic(key), `${TYPE.classic.toUpperCase()}; charset=utf-8`),
    ],
  ];
}

function ofEnvelopes({ pinned, stranger }: Signers): readonly Oddity[] {
  const key = pinned.privateKey;
  const good = envelope(key);
  const signatures = good.signatures as Json[];
  const stated = (parts: Json): Attachment => attestation(envelope(key, statement(parts)));
  const subject = { name: 'registry.esrf.fr/x/y', digest: { sha256: HEX } };
  return [
    ['a statement of version 0.1', stated({ _type: 'https://in-toto.io/Statement/v0.1' })],
    ['a statement with unknown members', stated({ more: [1, null] })],
    [
      'a statement with a number beyond all',
      attestation(envelope(key, JSON.stringify(statement({ more: 1 })).replace('"more":1', '"more":1e4000'))),
    ],
    ['a statement in another order', attestation(envelope(key, reordered(statement())))],
    ['a statement with blanks and line breaks', attestation(envelope(key, spaced(statement())))],
    [
      'a statement with escapes',
      attestation(envelope(key, JSON.stringify(statement()).replaceAll('/', '\\/'))),
    ],
    ['a statement without a predicate', stated({ predicate: undefined })],
    ['a statement whose subject has an empty name', stated({ subject: [{ ...subject, name: '' }] })],
    ['a statement whose subject has no name', stated({ subject: [{ digest: { sha256: HEX } }] })],
    [
      'a statement whose subject has a package’s name',
      stated({ subject: [{ ...subject, name: 'pkg:docker/x/y@1' }] }),
    ],
    ['a statement whose subject has annotations', stated({ subject: [{ ...subject, annotations: {} }] })],
    [
      'a statement whose subject has digests of more algorithms',
      stated({ subject: [{ digest: { sha512: 'x', sha256: HEX } }] }),
    ],
    [
      'a statement with hundreds of subjects',
      stated({
        subject: [
          ...Array.from({ length: 500 }, (_, index) => ({ name: String(index), digest: { sha256: 'x' } })),
          subject,
        ],
      }),
    ],
    ['a statement with subjects that are none', stated({ subject: [null, 1, { digest: null }, subject] })],
    ['an envelope with unknown members', attestation(changed(good, { more: true }))],
    ['an envelope in another order', attestation(reordered(good))],
    ['an envelope without padding', attestation(changed(good, { payload: unpadded(good.payload) }))],
    [
      'an envelope in the URL-safe alphabet',
      attestation(
        changed(good, {
          payload: urlSafe(good.payload),
          signatures: signatures.map(({ sig }) => ({ sig: urlSafe(sig) })),
        }),
      ),
    ],
    [
      'an envelope with a garbage signature before',
      attestation(changed(good, { signatures: [{ sig: 'AAAA' }, null, ...signatures] })),
    ],
    [
      'an envelope with a stranger’s signature before',
      attestation(
        changed(good, {
          signatures: [...(envelope(stranger.privateKey).signatures as Json[]), ...signatures],
        }),
      ),
    ],
    [
      'an envelope without a key’s name',
      attestation(changed(good, { signatures: signatures.map(({ sig }) => ({ sig })) })),
    ],
    [
      'an envelope with another key’s name',
      attestation(changed(good, { signatures: signatures.map(({ sig }) => ({ sig, keyid: 'x' })) })),
    ],
    ['a provenance with unknown members', attestation(envelope(key, slsa({ more: 1 })))],
    [
      'a provenance of BuildKit, whose builder has no name',
      attestation(
        envelope(
          key,
          slsa({
            predicateType: 'https://slsa.dev/provenance/v0.2',
            predicate: { builder: { id: '' }, materials: null },
          }),
        ),
      ),
    ],
  ];
}

function ofBundles({ pinned }: Signers): readonly Oddity[] {
  const dsse = envelope(pinned.privateKey);
  const old = (version: string): string => `application/vnd.dev.sigstore.bundle+json;version=${version}`;
  return [
    ['a bundle without a hint', bundled(keyBundle(dsse, { verificationMaterial: { publicKey: {} } }))],
    [
      'a bundle with another key’s hint',
      bundled(keyBundle(dsse, { verificationMaterial: { publicKey: { hint: 'AAAA' } } })),
    ],
    ['a bundle without verification material', bundled(keyBundle(dsse, { verificationMaterial: undefined }))],
    [
      'a bundle by a key with an entry of a log that is none',
      bundled(keyBundle(dsse, { verificationMaterial: { publicKey: {}, tlogEntries: [{}] } })),
    ],
    [
      'a bundle of version 0.1',
      mediaType(
        bundled(keyBundle(dsse, { mediaType: old('0.1') })),
        'application/vnd.dev.sigstore.bundle+json',
      ),
    ],
    [
      'a bundle of version 0.2 with its version in the layer',
      mediaType(bundled(keyBundle(dsse, { mediaType: old('0.2') })), old('0.2')),
    ],
    ['a bundle of version 0.3 under its old name', bundled(keyBundle(dsse, { mediaType: old('0.3') }))],
    ['a bundle in another order', bundled(reordered(keyBundle(dsse)))],
    ['a bundle with unknown members', bundled(keyBundle(dsse, { more: {} }))],
    ['a bundle with blanks, as cosign writes them', bundled(spaced(keyBundle(dsse)))],
  ];
}

function ofNotation(signers: Signers): readonly Oddity[] {
  const { authority } = signers;
  const good = jws(signers);
  const leaf = (wish: Parameters<typeof notarySigner>[1]): Attachment =>
    notarized(jws(signers, { chain: [notarySigner(authority, wish), authority] }));
  const usage = keyUsage(['digitalSignature']);
  const between = notarySigner(authority, {
    name: 'an intermediate',
    extensions: [basicConstraints(true, 0), keyUsage(['keyCertSign', 'crlSign'])],
  });
  const expiry = {
    crit: ['io.cncf.notary.expiry', 'io.cncf.notary.signingScheme'],
    'io.cncf.notary.expiry': new Date(AT + YEAR).toISOString(),
  };
  const rsa = notarySigner(authority, { keys: generateKeyPairSync('rsa', { modulusLength: 2_048 }) });
  const byRsa = {
    chain: [rsa, authority],
    header: notaryHeader({ alg: 'PS256' }),
    padding: constants.RSA_PKCS1_PSS_PADDING,
  };
  const curve = notarySigner(authority, { keys: ecKeys('P-384') });
  const byP384 = { chain: [curve, authority], header: notaryHeader({ alg: 'ES384' }), hash: 'sha384' };
  return [
    ['a Notation signature by RSA', notarized(jws(signers, byRsa))],
    ['a Notation signature by P-384', notarized(jws(signers, byP384))],
    [
      'a Notation payload with annotations',
      notarized(
        jws(signers, {
          payload: {
            targetArtifact: { ...(notaryPayload().targetArtifact as Json), annotations: { a: 'b' } },
          },
        }),
      ),
    ],
    [
      'a Notation header with unknown members that are not critical',
      notarized(jws(signers, { header: notaryHeader({ 'org.example.a': 1 }) })),
    ],
    ['a Notation signature that expires', notarized(jws(signers, { header: notaryHeader(expiry) }))],
    [
      'a Notation time with a fraction and an offset',
      notarized(
        jws(signers, {
          header: notaryHeader({ 'io.cncf.notary.signingTime': '2026-11-01T13:00:00.123456789+01:00' }),
        }),
      ),
    ],
    [
      'a Notation signature without its agent',
      notarized(changed(good, { header: { x5c: (good.header as Json).x5c } })),
    ],
    [
      'a Notation signature with a countersignature that is none',
      notarized(
        changed(good, { header: { ...(good.header as Json), 'io.cncf.notary.timestampSignature': 'x' } }),
      ),
    ],
    [
      'a Notation signature with another algorithm in its unprotected header',
      notarized(changed(good, { header: { ...(good.header as Json), alg: 'none' } })),
    ],
    [
      'a Notation chain with an intermediate',
      notarized(jws(signers, { chain: [notarySigner(between), between, authority] })),
    ],
    ['a Notation certificate without extended usages', leaf({ extensions: [usage] })],
    [
      'a Notation certificate that says that it is no authority',
      leaf({ extensions: [basicConstraints(false), usage] }),
    ],
    [
      'a Notation certificate that lives longer than its authority',
      leaf({ extensions: [usage], notAfter: AT + 30 * YEAR }),
    ],
    ['a Notation certificate signed with SHA-384', leaf({ extensions: [usage], hash: 'sha384' })],
  ];
}

function ofKeyless(signers: Signers): readonly Oddity[] {
  const { sigstore } = signers;
  const good = keylessBundle(signers);
  const material = good.verificationMaterial as { certificate: Json; tlogEntries: readonly Json[] };
  const [entry = {}] = material.tlogEntries;
  const proof = entry.inclusionProof as Json;
  const { envelope: note } = proof.checkpoint as { envelope: string };
  const usual = [keyUsage(['digitalSignature']), extendedKeyUsage('codeSigning')];
  const uri = alternativeNames({ kind: 6, name: SUBJECT });
  const by = (...extensions: readonly Buffer[]): Attachment =>
    bundled(keylessBundle(signers, { certificate: sigstore.certificate({ at: AT, extensions }) }));
  const withMaterial = (parts: Json): Json =>
    changed(good, { verificationMaterial: { ...material, ...parts } });
  const witnessed = `${note}\u2014 witness+(one) ${base64Json('a signature of a witness')}\n`;
  return [
    ['a keyless bundle with unknown members', bundled(changed(good, { more: 1 }))],
    [
      'a keyless bundle with no timestamps',
      bundled(withMaterial({ timestampVerificationData: { rfc3161Timestamps: [] } })),
    ],
    [
      'a keyless bundle of version 0.1 with a chain',
      bundled(
        changed(
          withMaterial({
            certificate: undefined,
            x509CertificateChain: { certificates: [material.certificate] },
          }),
          { mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.1' },
        ),
      ),
    ],
    [
      'a keyless checkpoint that witnesses signed too',
      bundled(
        withMaterial({
          tlogEntries: [
            changed(entry, { inclusionProof: { ...proof, checkpoint: { envelope: witnessed } } }),
          ],
        }),
      ),
    ],
    [
      'a keyless certificate of a person',
      by(...usual, alternativeNames({ kind: 1, name: 'a.scientist@esrf.fr' }), tokenIssuer(ISSUER)),
    ],
    ['a keyless certificate with its issuer in the old form', by(...usual, uri, tokenIssuerV1(ISSUER))],
    [
      'a keyless certificate with its issuer in both forms',
      by(...usual, uri, tokenIssuerV1(ISSUER), tokenIssuer(ISSUER)),
    ],
    [
      'a keyless certificate in PEM with line breaks of Windows',
      pemWith(keylessClassic(signers), (pem) => pem.replaceAll('\n', '\r\n')),
    ],
    [
      'a keyless certificate in PEM with text before it',
      pemWith(keylessClassic(signers), (pem) => `subject=x\n${pem}`),
    ],
  ];
}

function pemWith({ layers, ...rest }: Attachment, change: (pem: string) => string): Attachment {
  const name = 'dev.sigstore.cosign/certificate';
  return {
    ...rest,
    layers: layers.map((one) => ({
      ...one,
      annotations: { ...one.annotations, [name]: change(one.annotations[name] ?? '') },
    })),
  };
}
