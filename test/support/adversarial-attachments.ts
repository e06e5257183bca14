// Attachments that look signed and are not: each is made of what an attacker has, which are all public keys and
// certificates, every signature that was ever published, and keys and authorities of his own.
import { constants, createHmac, generateKeyPairSync, sign } from 'node:crypto';
import type { Attachment } from '../../src/trust/attachment.ts';
import {
  AT,
  attachment,
  attestation,
  base64Json,
  bundled,
  bytesOf,
  classic,
  classicAnnotations,
  DIGEST,
  encoded,
  envelope,
  envelopeEntry,
  HEX,
  IN_TOTO,
  jws,
  keyBundle,
  keylessBundle,
  keylessClassic,
  layer,
  notarized,
  notaryAuthority,
  notaryHeader,
  notaryPayload,
  notarySigner,
  OTHER_HEX,
  pemOfKey,
  SIGNATURE,
  type Signers,
  sha256Hex,
  simpleSigning,
  slsa,
  statement,
  TYPE,
  YEAR,
} from './attachments.ts';
import {
  alternativeNames,
  basicConstraints,
  extendedKeyUsage,
  keyUsage,
  type MadeCertificate,
  makeCertificate,
  tokenIssuer,
} from './certificate-maker.ts';
import { sequence } from './der.ts';
import { ISSUER, SUBJECT, sigstoreInstance } from './sigstore-instance.ts';

type Json = Readonly<Record<string, unknown>>;
type Attack = readonly [name: string, attachment: Attachment];

/** By name; none of them proves that anybody vouches for {@link DIGEST}. */
export function adversarialAttachments(signers: Signers): readonly Attack[] {
  return [
    ...ofClassic(signers),
    ...ofStatements(signers),
    ...ofEnvelopes(signers),
    ...ofBundles(signers),
    ...ofNotation(signers),
    ...ofNotationChains(signers),
    ...ofKeyless(signers),
  ];
}

const RSA_PSS = constants.RSA_PKCS1_PSS_PADDING;
const OTHER = `sha256:${OTHER_HEX}`;
const signed = (key: Signers['pinned'], bytes: Uint8Array): string =>
  sign('sha256', bytes, key.privateKey).toString('base64');
/** With another member in place of one. */
const changed = (json: Json, parts: Json): Json => ({ ...json, ...parts });
/** A JSON text with a member put before the others. */
const prefixed = (json: Json, member: string): string => JSON.stringify(json).replace('{', `{${member},`);

function ofClassic({ pinned, stranger }: Signers): readonly Attack[] {
  const key = pinned.privateKey;
  const payload = bytesOf(simpleSigning());
  const good = signed(pinned, payload);
  const [r, s] = rAndS(Buffer.from(good, 'base64'));
  const annotated = (signature: string, content: unknown = payload): Attachment =>
    attachment(layer(TYPE.classic, content, { [SIGNATURE]: signature }));
  const { critical } = simpleSigning() as { critical: Json };
  const withCritical = (parts: Json): Json => ({ critical: { ...critical, ...parts }, optional: null });
  return [
    ['a classic signature by a stranger', classic(stranger.privateKey)],
    ['a classic signature copied from another image', classic(key, simpleSigning(OTHER))],
    [
      'a copied signature beside a payload of this image',
      annotated(signed(pinned, bytesOf(simpleSigning(OTHER)))),
    ],
    [
      'a payload with the digest in its optional part alone',
      classic(key, { ...simpleSigning(OTHER), optional: { digest: DIGEST } }),
    ],
    [
      'a payload with the digest beside its place',
      classic(key, withCritical({ image: { 'Docker-manifest-digest': OTHER, digest: DIGEST } })),
    ],
    [
      'a payload with the digest in capital letters',
      classic(key, simpleSigning(`sha256:${HEX.toUpperCase()}`)),
    ],
    ['a payload with the digest of another algorithm', classic(key, simpleSigning(`sha512:${HEX}`))],
    [
      'a payload with a list of digests',
      classic(key, withCritical({ image: { 'docker-manifest-digest': [DIGEST] } })),
    ],
    ['a payload of another type', classic(key, withCritical({ type: 'atomic container signature' }))],
    ['a payload without a type', classic(key, withCritical({ type: undefined }))],
    [
      'a payload with a key twice',
      classic(
        key,
        `{"critical":${JSON.stringify(simpleSigning(OTHER).critical)},"critical":${JSON.stringify(critical)}}`,
      ),
    ],
    [
      'a payload with its critical part in its prototype',
      classic(key, `{"__proto__":${JSON.stringify(simpleSigning())}}`),
    ],
    ['a byte after the payload', annotated(good, Buffer.concat([payload, Buffer.from(' ')]))],
    ['an empty signature', annotated('')],
    [
      'a signature of zeros',
      annotated(sequence(Buffer.from([2, 1, 0]), Buffer.from([2, 1, 0])).toString('base64')),
    ],
    [
      'a signature with an s of zero',
      annotated(sequence(derInteger(r), Buffer.from([2, 1, 0])).toString('base64')),
    ],
    [
      'a signature with an integer padded',
      annotated(sequence(derInteger(Buffer.concat([Buffer.alloc(2), r])), derInteger(s)).toString('base64')),
    ],
    [
      'a signature with a byte after it',
      annotated(Buffer.concat([Buffer.from(good, 'base64'), Buffer.alloc(1)]).toString('base64')),
    ],
    ['a truncated signature', annotated(Buffer.from(good, 'base64').subarray(0, -1).toString('base64'))],
    [
      'a signature as two numbers beside each other',
      annotated(Buffer.concat([fixed(r), fixed(s)]).toString('base64')),
    ],
    ['a signature with blanks in its base64', annotated(good.replace(/.{20}/, '$&\n'))],
    ['a signature of the payload’s hash', annotated(signed(pinned, Buffer.from(sha256Hex(payload), 'hex')))],
    [
      'a code of the payload with the public key as its secret',
      annotated(createHmac('sha256', pemOfKey(pinned)).update(payload).digest('base64')),
    ],
    [
      'a signature that is in the prototype of the annotations',
      attachment(
        Object.assign(layer(TYPE.classic, payload), { annotations: Object.create({ [SIGNATURE]: good }) }),
      ),
    ],
    [
      'a classic signature of the media type of an envelope',
      attachment(layer(TYPE.envelope, payload, { [SIGNATURE]: good })),
    ],
    [
      'a layer of no known media type',
      attachment(layer('application/octet-stream', payload, { [SIGNATURE]: good })),
    ],
  ];
}

function ofStatements({ pinned }: Signers): readonly Attack[] {
  const key = pinned.privateKey;
  const stated = (parts: Json): Attachment => attestation(envelope(key, statement(parts)));
  const many = Array.from({ length: 2_000 }, (_, index) => ({
    digest: { sha256: index.toString(16).padStart(64, '0') },
  }));
  const { predicate } = slsa() as { predicate: Json };
  return [
    ['a statement about another image', stated({ subject: [{ digest: { sha256: OTHER_HEX } }] })],
    [
      'a statement with the digest as a subject’s name',
      stated({ subject: [{ name: DIGEST, digest: { sha256: OTHER_HEX } }] }),
    ],
    [
      'a statement with the digest under another algorithm',
      stated({ subject: [{ digest: { gitTree: HEX, sha256: OTHER_HEX } }] }),
    ],
    [
      'a statement with the digest under SHA256 in capitals',
      stated({ subject: [{ digest: { SHA256: HEX } }] }),
    ],
    [
      'a statement with the digest in a prototype',
      attestation(
        envelope(
          key,
          JSON.stringify(statement())
            .replace('"digest":{"sha256"', '"digest":{"__proto__":{"sha256"')
            .replace('"}}]', '"}}}]'),
        ),
      ),
    ],
    [
      'a statement with more of the digest than it has',
      stated({ subject: [{ digest: { sha256: `${HEX}00` } }] }),
    ],
    [
      'a statement with the digest with its algorithm before it',
      stated({ subject: [{ digest: { sha256: DIGEST } }] }),
    ],
    ['a statement with a list of digests', stated({ subject: [{ digest: { sha256: [HEX] } }] })],
    ['a statement with a subject that is no list', stated({ subject: { digest: { sha256: HEX } } })],
    ['a statement without subjects', stated({ subject: [] })],
    ['a statement with thousands of subjects', stated({ subject: [...many, { digest: { sha256: HEX } }] })],
    [
      'a provenance of another image made of this one',
      attestation(
        envelope(
          key,
          slsa({
            subject: [{ digest: { sha256: OTHER_HEX } }],
            predicate: {
              ...predicate,
              buildDefinition: { resolvedDependencies: [{ uri: 'x', digest: { sha256: HEX } }] },
            },
          }),
        ),
      ),
    ],
    ['a statement of an unknown version', stated({ _type: 'https://in-toto.io/Statement/v2' })],
    ['a link in place of a statement', stated({ _type: 'link' })],
    [
      'a statement with a subject twice',
      attestation(
        envelope(
          key,
          prefixed(
            statement({ subject: [{ digest: { sha256: OTHER_HEX } }] }),
            `"subject":${JSON.stringify(statement().subject)}`,
          ),
        ),
      ),
    ],
    [
      'a statement with another type of predicate',
      stated({ predicateType: 'https://sigstore.dev/cosign/sign/v1 ' }),
    ],
    ['a statement with an SBOM', stated({ predicateType: 'https://spdx.dev/Document' })],
    [
      'a statement with a type of predicate that hides a character',
      stated({ predicateType: 'https://sigstore.dev/cosign/sign/v1\u200b' }),
    ],
    [
      'a statement with a NUL in its type of predicate',
      stated({ predicateType: 'https://sigstore.dev/cosign/sign/v1\0' }),
    ],
    [
      'a provenance v1 in the shape of v0.2',
      attestation(
        envelope(key, slsa({ predicate: { builder: { id: 'https://gitlab.esrf.fr/runners/1' } } })),
      ),
    ],
    [
      'a provenance v0.2 in the shape of v1',
      attestation(envelope(key, slsa({ predicateType: 'https://slsa.dev/provenance/v0.2' }))),
    ],
    [
      'a provenance of a version to come',
      attestation(envelope(key, slsa({ predicateType: 'https://slsa.dev/provenance/v2' }))),
    ],
    ['a provenance without a predicate', attestation(envelope(key, slsa({ predicate: null })))],
    ['a statement nested a thousand deep', stated({ predicate: nested(1_000) })],
    [
      'a statement that is no UTF-8',
      attestation(
        envelope(
          key,
          Buffer.concat([bytesOf(statement()).subarray(0, -1), Buffer.from(',"a":"\xff"}', 'latin1')]),
        ),
      ),
    ],
    ['a statement with text after it', attestation(envelope(key, `${JSON.stringify(statement())}{}`))],
    ['a statement as it is, unsigned, as BuildKit leaves it', attachment(layer(IN_TOTO, slsa()))],
  ];
}

function ofEnvelopes({ pinned, stranger }: Signers): readonly Attack[] {
  const good = envelope(pinned.privateKey);
  const { payload, signatures } = good as { payload: string; signatures: Json[] };
  const bytes = bytesOf(statement());
  const own = (parts: Json): Attachment => attestation(changed(good, parts));
  const sig = (content: Uint8Array): Json => ({ signatures: [{ sig: signed(pinned, content) }] });
  return [
    ['an envelope by a stranger', attestation(envelope(stranger.privateKey))],
    [
      'an envelope by a stranger who names the pinned key',
      attestation(
        changed(envelope(stranger.privateKey), {
          signatures: [{ ...(envelope(stranger.privateKey).signatures as Json[])[0], keyid: 'cosign.pub' }],
        }),
      ),
    ],
    ['an envelope with the payload of another', own({ payload: base64Json(slsa()) })],
    ['an envelope with another type than was signed', own({ payloadType: 'application/json' })],
    [
      'an envelope signed with another type',
      attestation(envelope(pinned.privateKey, statement(), 'application/json')),
    ],
    [
      'an envelope signed with another type, under the right one',
      attestation(
        changed(envelope(pinned.privateKey, statement(), 'application/json'), { payloadType: IN_TOTO }),
      ),
    ],
    [
      'an envelope with a type in capitals',
      attestation(envelope(pinned.privateKey, statement(), IN_TOTO.toUpperCase())),
    ],
    ['an envelope whose payload alone is signed', own(sig(bytes))],
    ['an envelope whose base64 is signed', own(sig(Buffer.from(payload)))],
    [
      'an envelope with the length of characters, not bytes',
      own({
        payload: base64Json(statement({ a: 'é' })),
        ...sig(
          Buffer.from(
            `DSSEv1 28 ${IN_TOTO} ${JSON.stringify(statement({ a: 'é' })).length} ${JSON.stringify(statement({ a: 'é' }))}`,
          ),
        ),
      }),
    ],
    [
      'an envelope with a length that begins with zero',
      own(sig(Buffer.from(`DSSEv1 028 ${IN_TOTO} ${bytes.length} ${bytes}`))),
    ],
    [
      'an envelope with the boundary of type and payload moved',
      own({ payloadType: `${IN_TOTO} ${bytes.length}`, ...sig(encoded(bytes)) }),
    ],
    [
      'an envelope in another version of the encoding',
      own(sig(Buffer.concat([Buffer.from('DSSEv2'), encoded(bytes).subarray(6)]))),
    ],
    ['an envelope without signatures', own({ signatures: [] })],
    [
      'an envelope with its signature after too many others',
      own({ signatures: [...Array.from({ length: 100 }, () => ({ sig: 'AAAA' })), ...signatures] }),
    ],
    ['an envelope with its payload in two alphabets', own({ payload: `-_+/${payload}` })],
    ['an envelope with blanks in its payload', own({ payload: payload.replace(/.{40}/, '$& ') })],
    [
      'an envelope with text after its payload’s padding',
      own({ payload: `${base64Json(`${JSON.stringify(statement())} `)}====${payload}` }),
    ],
    ['an envelope with its payload twice', attestation(prefixed(good, `"payload":"${base64Json(slsa())}"`))],
    ['an envelope with its type twice', attestation(prefixed(good, '"payloadType":"application/json"'))],
    [
      'an envelope with an object as its signature',
      own({ signatures: [{ sig: { toString: signatures[0]?.sig } }] }),
    ],
    ['an envelope with a payload that is no text', own({ payload: { length: 4 } })],
    ['an envelope in a list', attestation([good])],
  ];
}

function ofBundles({ pinned, stranger, sigstore }: Signers): readonly Attack[] {
  const good = envelope(pinned.privateKey);
  const certificate = sigstore.certificate({ at: AT });
  const hint = {
    verificationMaterial: {
      publicKey: { hint: sha256Hex(pinned.publicKey.export({ type: 'spki', format: 'der' })) },
    },
  };
  const messageSignature = {
    messageDigest: { algorithm: 'SHA2_256', digest: Buffer.from(HEX, 'hex').toString('base64') },
    signature: signed(pinned, Buffer.from(HEX, 'hex')),
  };
  return [
    [
      'a bundle by a stranger with the pinned key’s hint',
      bundled(keyBundle(envelope(stranger.privateKey), hint)),
    ],
    [
      'a bundle by a stranger that brings his key',
      bundled(
        keyBundle(envelope(stranger.privateKey), {
          verificationMaterial: { publicKey: { hint: 'x', rawBytes: pemOfKey(stranger) } },
        }),
      ),
    ],
    [
      'a bundle with a message’s signature over the digest',
      bundled(changed(keyBundle(undefined), { messageSignature })),
    ],
    ['a bundle with a message’s signature and an envelope', bundled(keyBundle(good, { messageSignature }))],
    [
      'a bundle of a version to come',
      bundled(keyBundle(good, { mediaType: 'application/vnd.dev.sigstore.bundle.v9.9+json' })),
    ],
    ['a bundle without a media type', bundled(keyBundle(good, { mediaType: undefined }))],
    [
      'a bundle about another image',
      bundled(
        keyBundle(envelope(pinned.privateKey, statement({ subject: [{ digest: { sha256: OTHER_HEX } }] }))),
      ),
    ],
    [
      'a bundle with its envelope twice',
      bundled(
        prefixed(keyBundle(good), `"dsseEnvelope":${JSON.stringify(envelope(pinned.privateKey, slsa()))}`),
      ),
    ],
    [
      'a bundle with a bare key as its certificate',
      bundled(
        changed(keylessBundle({ sigstore } as Signers), {
          verificationMaterial: {
            certificate: {
              rawBytes: pinned.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
            },
          },
        }),
      ),
    ],
    [
      'a bundle with a certificate as its key',
      bundled(
        keyBundle(envelope(certificate.privateKey), {
          verificationMaterial: { publicKey: { hint: certificate.pem } },
        }),
      ),
    ],
  ];
}

function ofNotation(signers: Signers): readonly Attack[] {
  const { notary, authority, stranger } = signers;
  const good = jws(signers);
  const header = (parts: Json): Attachment => notarized(jws(signers, { header: notaryHeader(parts) }));
  const input = Buffer.from(`${base64url(notaryHeader({ alg: 'HS256' }))}.${base64url(notaryPayload())}`);
  const critical = ['io.cncf.notary.signingScheme'];
  const rsa = notarySigner(authority, { keys: generateKeyPairSync('rsa', { modulusLength: 2_048 }) });
  const byRsa = { chain: [rsa, authority], header: notaryHeader({ alg: 'RS256' }) };
  const larger = {
    chain: [rsa, authority],
    header: notaryHeader({ alg: 'PS384' }),
    hash: 'sha384',
    padding: RSA_PSS,
  };
  return [
    ['a Notation signature by RSA with PKCS #1', notarized(jws(signers, byRsa))],
    ['a Notation signature by RSA with the hash of larger keys', notarized(jws(signers, larger))],
    ['a Notation signature of another image', notarized(jws(signers, { payload: notaryPayload(OTHER) }))],
    [
      'a Notation signature with the payload of another',
      notarized(changed(jws(signers, { payload: notaryPayload(OTHER) }), { payload: good.payload })),
    ],
    ['a Notation signature without an algorithm', header({ alg: 'none' })],
    [
      'a Notation signature by no algorithm, unsigned',
      notarized(changed(jws(signers, { header: notaryHeader({ alg: 'none' }) }), { signature: '' })),
    ],
    [
      'a Notation signature with the public key as a secret',
      notarized(
        changed(jws(signers, { header: notaryHeader({ alg: 'HS256' }) }), {
          signature: createHmac('sha256', pemOfKey(notary)).update(input).digest('base64url'),
        }),
      ),
    ],
    ['a Notation signature by RS256', header({ alg: 'RS256' })],
    ['a Notation signature with an algorithm of another curve', header({ alg: 'ES384' })],
    [
      'a Notation signature that brings its key',
      notarized(
        changed(
          jws(signers, {
            key: stranger.privateKey,
            header: notaryHeader({ jwk: stranger.publicKey.export({ format: 'jwk' }) }),
          }),
          {},
        ),
      ),
    ],
    [
      'a Notation signature by a stranger under the notary’s chain',
      notarized(jws(signers, { key: stranger.privateKey })),
    ],
    [
      'a Notation signature with its algorithm in the unprotected header',
      notarized(
        changed(jws(signers, { header: notaryHeader({ alg: undefined }) }), {
          header: { ...(good.header as Json), alg: 'ES256' },
        }),
      ),
    ],
    ['a Notation signature of another payload type', header({ cty: 'application/json' })],
    [
      'a Notation signature of another scheme',
      header({ 'io.cncf.notary.signingScheme': 'notary.x509.signingAuthority' }),
    ],
    [
      'a Notation signature with an authentic time that nobody proves',
      header({ 'io.cncf.notary.authenticSigningTime': new Date(AT).toISOString() }),
    ],
    ['a Notation signature without a time', header({ 'io.cncf.notary.signingTime': undefined })],
    ['a Notation signature with a time that is none', header({ 'io.cncf.notary.signingTime': 'yesterday' })],
    ['a Notation signature without critical headers', header({ crit: undefined })],
    ['a Notation signature with an empty list of critical headers', header({ crit: [] })],
    [
      'a Notation signature with a critical header that nobody knows',
      header({
        crit: [...critical, 'io.cncf.notary.verificationPlugin'],
        'io.cncf.notary.verificationPlugin': 'x',
      }),
    ],
    ['a Notation signature with its payload not encoded', header({ crit: [...critical, 'b64'], b64: false })],
    [
      'a Notation signature with an expiry that is not critical',
      header({ 'io.cncf.notary.expiry': new Date(AT + YEAR).toISOString() }),
    ],
    [
      'a Notation signature that expired before it was made',
      header({
        crit: [...critical, 'io.cncf.notary.expiry'],
        'io.cncf.notary.expiry': new Date(AT - 1_000).toISOString(),
      }),
    ],
    [
      'a Notation signature in DER',
      notarized(
        changed(good, {
          signature: sign(
            'sha256',
            Buffer.from(`${good.protected}.${good.payload}`),
            notary.privateKey,
          ).toString('base64url'),
        }),
      ),
    ],
    [
      'a Notation signature of zeros',
      notarized(changed(good, { signature: Buffer.alloc(64).toString('base64url') })),
    ],
    [
      'a Notation signature with padding in its base64url',
      notarized(changed(good, { payload: `${good.payload}==` })),
    ],
    [
      'a Notation signature with a protected header twice',
      notarized(prefixed(good, `"protected":"${base64url(notaryHeader({ alg: 'none' }))}"`)),
    ],
    [
      'a Notation signature with a header’s member twice',
      notarized(jws(signers, { header: prefixed(notaryHeader(), '"alg":"none"') })),
    ],
    ['a Notation signature without certificates', notarized(changed(good, { header: {} }))],
    [
      'a Notation signature with a bare key as its certificate',
      notarized(
        changed(good, {
          header: {
            x5c: [
              notary.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
              authority.der.toString('base64'),
            ],
          },
        }),
      ),
    ],
    [
      'a Notation signature with its certificates in its protected header alone',
      notarized(
        changed(jws(signers, { header: notaryHeader({ x5c: (good.header as Json).x5c }) }), { header: {} }),
      ),
    ],
    ['a Notation signature under the media type of COSE', attachment(layer('application/cose', good))],
  ];
}

function ofNotationChains(signers: Signers): readonly Attack[] {
  const { authority, notary } = signers;
  const chained = (...chain: readonly MadeCertificate[]): Attachment => notarized(jws(signers, { chain }));
  const leaf = (wish: Parameters<typeof notarySigner>[1]): Attachment =>
    chained(notarySigner(authority, wish), authority);
  const usage = keyUsage(['digitalSignature']);
  const intermediate = (wish: Parameters<typeof notarySigner>[1]): MadeCertificate =>
    notarySigner(authority, {
      name: 'an intermediate',
      extensions: [basicConstraints(true), keyUsage(['keyCertSign'])],
      ...wish,
    });
  const below = (between: MadeCertificate): Attachment => chained(notarySigner(between), between, authority);
  const foreign = notaryAuthority();
  const impostor = makeCertificate({
    name: authority.name,
    notBefore: AT - YEAR,
    notAfter: AT + YEAR,
    extensions: [basicConstraints(true), keyUsage(['keyCertSign'])],
  });
  return [
    ['a chain to another root', chained(notarySigner(foreign), foreign)],
    ['a chain to a root of the same name', chained(notarySigner(impostor), impostor)],
    [
      'a chain of another root with the right one after it',
      chained(notarySigner(foreign), foreign, authority),
    ],
    [
      'a signing certificate of a stranger with the right root after it',
      chained(notarySigner(impostor), authority),
    ],
    [
      'a signing certificate that signs itself, with the right root after it',
      chained(makeCertificate({ notBefore: AT - YEAR, notAfter: AT + YEAR, extensions: [usage] }), authority),
    ],
    ['a chain without its root', chained(notary)],
    ['a chain with its root twice', chained(notary, authority, authority)],
    ['a chain in the wrong order', chained(authority, notary)],
    ['a chain that is too long', chained(notary, ...Array.from({ length: 12 }, () => authority))],
    ['a certificate that had expired when it signed', leaf({ notBefore: AT - YEAR, notAfter: AT - 1_000 })],
    [
      'a certificate that was not valid yet when it signed',
      leaf({ notBefore: AT + 1_000, notAfter: AT + YEAR }),
    ],
    ['an intermediate that had expired when it was signed', below(intermediate({ notAfter: AT - 1_000 }))],
    ['an intermediate that is no authority', below(intermediate({ extensions: [usage] }))],
    [
      'an intermediate that may not sign certificates',
      below(intermediate({ extensions: [basicConstraints(true), usage] })),
    ],
    [
      'an intermediate whose constraints are not critical',
      below(
        intermediate({ extensions: [basicConstraints(true, undefined, false), keyUsage(['keyCertSign'])] }),
      ),
    ],
    ['an intermediate below the length that is allowed', chained(...longChain(authority))],
    ['a signing certificate that is an authority', leaf({ extensions: [basicConstraints(true), usage] })],
    ['a signing certificate that may not sign', leaf({ extensions: [keyUsage(['nonRepudiation'])] })],
    ['a signing certificate without a key usage', leaf({ extensions: [extendedKeyUsage('codeSigning')] })],
    [
      'a signing certificate whose key usage is not critical',
      leaf({ extensions: [keyUsage(['digitalSignature'], false)] }),
    ],
    [
      'a signing certificate that may sign certificates',
      leaf({ extensions: [keyUsage(['digitalSignature', 'keyCertSign'])] }),
    ],
    [
      'a signing certificate that may encrypt keys',
      leaf({ extensions: [keyUsage(['digitalSignature', 'keyEncipherment'])] }),
    ],
    ['a signing certificate of a web server', leaf({ extensions: [usage, extendedKeyUsage('serverAuth')] })],
    [
      'a signing certificate of any purpose',
      leaf({ extensions: [usage, extendedKeyUsage('codeSigning', 'any')] }),
    ],
    [
      'a signing certificate of a timestamp authority',
      leaf({ extensions: [usage, extendedKeyUsage('timeStamping')] }),
    ],
    ['a signing certificate that is signed with SHA-1', leaf({ hash: 'sha1' })],
    [
      'a certificate with a byte after it',
      notarized(
        changed(jws(signers), {
          header: {
            x5c: [
              Buffer.concat([notary.der, Buffer.alloc(1)]).toString('base64'),
              authority.der.toString('base64'),
            ],
          },
        }),
      ),
    ],
  ];
}

/** A chain in which an authority that allows none below itself has one. */
function longChain(root: MadeCertificate): readonly MadeCertificate[] {
  const extensions = [basicConstraints(true, 0), keyUsage(['keyCertSign'])];
  const first = notarySigner(root, { name: 'the first', extensions });
  const second = notarySigner(first, { name: 'the second', extensions });
  return [notarySigner(second), second, first, root];
}

function ofKeyless(signers: Signers): readonly Attack[] {
  const { sigstore, stranger, pinned } = signers;
  const other = sigstoreInstance(AT - YEAR);
  const good = keylessBundle(signers);
  const material = good.verificationMaterial as { certificate: Json; tlogEntries: readonly Json[] };
  const [entry = {}] = material.tlogEntries;
  const withMaterial = (parts: Json): Attachment =>
    bundled(changed(good, { verificationMaterial: { ...material, ...parts } }));
  const withEntry = (parts: Json): Attachment => withMaterial({ tlogEntries: [changed(entry, parts)] });
  const by = (wish: Parameters<typeof sigstore.certificate>[0]): Attachment =>
    bundled(keylessBundle(signers, { certificate: sigstore.certificate(wish) }));
  const usual = [keyUsage(['digitalSignature']), extendedKeyUsage('codeSigning')];
  const san = alternativeNames({ kind: 6, name: SUBJECT });
  const extended = (...extensions: readonly Buffer[]): Attachment => by({ at: AT, extensions });
  const proof = entry.inclusionProof as Json;
  const checkpoint = (envelope: string): Attachment =>
    withEntry({ inclusionProof: { ...proof, checkpoint: { envelope } } });
  const { envelope: note } = proof.checkpoint as { envelope: string };
  const classicCertificate = sigstore.certificate({ at: AT });
  return [
    ['a keyless signature of another Sigstore', bundled(keylessBundle({ ...signers, sigstore: other }))],
    [
      'a keyless signature with a certificate of another Sigstore',
      bundled(keylessBundle(signers, { certificate: other.certificate({ at: AT }) })),
    ],
    [
      'a keyless signature that another log promised',
      withMaterial({ tlogEntries: [other.entry(envelopeEntry(good.dsseEnvelope as Json), AT + 60_000)] }),
    ],
    [
      'a keyless signature of another image',
      bundled(
        keylessBundle(signers, { payload: statement({ subject: [{ digest: { sha256: OTHER_HEX } }] }) }),
      ),
    ],
    [
      'a keyless envelope with the payload of another',
      bundled(
        changed(good, { dsseEnvelope: { ...(good.dsseEnvelope as Json), payload: base64Json(slsa()) } }),
      ),
    ],
    [
      'a stranger’s signature beside somebody’s certificate',
      bundled(changed(good, { dsseEnvelope: envelope(stranger.privateKey) })),
    ],
    [
      'a keyless signature with the log’s entry of another artifact',
      bundled(keylessBundle(signers, { body: envelopeEntry(envelope(stranger.privateKey, slsa())) })),
    ],
    ['a keyless signature without an entry of the log', withMaterial({ tlogEntries: [] })],
    [
      'a keyless signature with too many entries',
      withMaterial({ tlogEntries: Array.from({ length: 50 }, () => entry) }),
    ],
    [
      'a keyless signature logged before its certificate was valid',
      bundled(keylessBundle(signers, { at: AT - 60_000 })),
    ],
    [
      'a keyless signature logged after its certificate expired',
      bundled(keylessBundle(signers, { at: AT + 3_600_000 })),
    ],
    [
      'a keyless signature logged before the root began',
      bundled(
        keylessBundle(signers, {
          at: AT - 2 * YEAR,
          certificate: sigstore.certificate({ at: AT - 2 * YEAR }),
        }),
      ),
    ],
    [
      'a keyless signature with another time than the log signed',
      withEntry({ integratedTime: String(AT / 1_000 + 61) }),
    ],
    ['a keyless signature with a time beyond all', withEntry({ integratedTime: '9'.repeat(40) })],
    ['a keyless signature with a time of zero', withEntry({ integratedTime: '0' })],
    [
      'a keyless signature without the log’s promise or proof',
      withEntry({ inclusionPromise: undefined, inclusionProof: undefined }),
    ],
    ['a keyless signature with a proof of inclusion but no time', withEntry({ inclusionPromise: undefined })],
    [
      'a keyless signature with another kind of entry than was logged',
      withEntry({ kindVersion: { kind: 'intoto', version: '0.0.2' } }),
    ],
    [
      'a keyless signature with a name in its checkpoint that takes a regular expression for ever',
      checkpoint(note.replace('\u2014 rekor.example.test', '\u2014 ([a-z./:]*)*!')),
    ],
    [
      'a keyless signature with a size of thousands of digits in its checkpoint',
      checkpoint(note.replace('\n1\n', `\n${'9'.repeat(10_000)}\n`)),
    ],
    [
      'a keyless signature with a checkpoint of megabytes',
      checkpoint(`${note}${'\u2014 a AAAAAAAA\n'.repeat(100_000)}`),
    ],
    [
      'a keyless signature with thousands of hashes',
      withEntry({
        inclusionProof: { ...proof, hashes: Array.from({ length: 5_000 }, () => proof.rootHash) },
      }),
    ],
    ['a keyless certificate that no log promised', by({ at: AT, isLogged: false })],
    ['a keyless certificate with a promise by another key', by({ at: AT, logKey: stranger.privateKey })],
    [
      'a keyless certificate not for signing code',
      extended(keyUsage(['digitalSignature']), extendedKeyUsage('serverAuth'), san, tokenIssuer(ISSUER)),
    ],
    [
      'a keyless certificate without purposes',
      extended(keyUsage(['digitalSignature']), san, tokenIssuer(ISSUER)),
    ],
    [
      'a keyless certificate that is an authority',
      extended(
        basicConstraints(true),
        keyUsage(['digitalSignature', 'keyCertSign']),
        extendedKeyUsage('codeSigning'),
        san,
        tokenIssuer(ISSUER),
      ),
    ],
    ['a keyless certificate without an issuer', extended(...usual, san)],
    [
      'a keyless certificate with two issuers',
      extended(...usual, san, tokenIssuer(ISSUER), tokenIssuer('https://evil.example')),
    ],
    ['a keyless certificate without a subject', extended(...usual, tokenIssuer(ISSUER))],
    [
      'a keyless certificate with two subjects',
      extended(
        ...usual,
        alternativeNames({ kind: 6, name: SUBJECT }, { kind: 1, name: 'a@b.example' }),
        tokenIssuer(ISSUER),
      ),
    ],
    ['a keyless certificate with a NUL in its subject', by({ at: AT, subject: `${SUBJECT}\0.evil.example` })],
    [
      'a keyless certificate with a high bit in its subject',
      by({ at: AT, subject: SUBJECT.replace('e', '\u00e5') }),
    ],
    [
      'a keyless certificate with a character that turns its issuer around',
      by({ at: AT, issuer: `${ISSUER}\u202e` }),
    ],
    ['a keyless certificate with a line feed after its issuer', by({ at: AT, issuer: `${ISSUER}\n` })],
    [
      'a certificate issued by a keyless certificate',
      bundled(
        keylessBundle(signers, {
          certificate: sigstore.certificate({
            at: AT,
            authority: { ...sigstore.certificate({ at: AT }), name: '' },
          }),
        }),
      ),
    ],
    [
      'a keyless certificate in a chain, which a bundle v0.3 may not have',
      withMaterial({
        certificate: undefined,
        x509CertificateChain: { certificates: [material.certificate] },
      }),
    ],
    [
      'a keyless bundle with two signatures',
      bundled(
        changed(good, {
          dsseEnvelope: {
            ...(good.dsseEnvelope as Json),
            signatures: [...((good.dsseEnvelope as Json).signatures as Json[]), { sig: 'AAAA' }],
          },
        }),
      ),
    ],
    [
      'a pinned key’s name in a keyless bundle without a certificate',
      withMaterial({ certificate: undefined, publicKey: { hint: pemOfKey(pinned) } }),
    ],
    [
      'a classic keyless signature of another image',
      keylessClassic(signers, { payload: simpleSigning(OTHER) }),
    ],
    [
      'a classic keyless signature with the log’s entry of another artifact',
      keylessClassic(signers, {
        body: {
          apiVersion: '0.0.1',
          kind: 'hashedrekord',
          spec: {
            data: { hash: { algorithm: 'sha256', value: sha256Hex('x') } },
            signature: { content: 'AAAA' },
          },
        },
      }),
    ],
    [
      'a classic keyless signature without the log’s entry',
      stripped(keylessClassic(signers), 'dev.sigstore.cosign/bundle'),
    ],
    [
      'a classic keyless signature with a bare key as its certificate',
      reannotated(keylessClassic(signers), { 'dev.sigstore.cosign/certificate': pemOfKey(pinned) }),
    ],
    [
      'a classic keyless signature with two certificates',
      reannotated(keylessClassic(signers), {
        'dev.sigstore.cosign/certificate': `${classicCertificate.pem}${classicCertificate.pem}`,
      }),
    ],
    [
      'a classic signature by a stranger beside somebody’s certificate and entry',
      classic(
        stranger.privateKey,
        simpleSigning(),
        classicAnnotations(
          sigstore,
          classicCertificate,
          envelopeEntry(good.dsseEnvelope as Json),
          AT + 60_000,
        ),
      ),
    ],
  ];
}

function stripped({ layers, ...rest }: Attachment, name: string): Attachment {
  return {
    ...rest,
    layers: layers.map((one) => ({
      ...one,
      annotations: Object.fromEntries(Object.entries(one.annotations).filter(([key]) => key !== name)),
    })),
  };
}

const reannotated = (
  { layers, ...rest }: Attachment,
  annotations: Readonly<Record<string, string>>,
): Attachment => ({
  ...rest,
  layers: layers.map((one) => ({ ...one, annotations: { ...one.annotations, ...annotations } })),
});

const base64url = (content: unknown): string => bytesOf(content).toString('base64url');

/** An array in an array, so many times. */
const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);

/** The numbers of an ECDSA signature in DER. */
function rAndS(der: Buffer): [Buffer, Buffer] {
  const length = der[3] ?? 0;
  return [der.subarray(4, 4 + length), der.subarray(6 + length)];
}

const derInteger = (bytes: Uint8Array): Buffer => Buffer.concat([Buffer.from([2, bytes.length]), bytes]);
const fixed = (bytes: Buffer): Buffer => Buffer.concat([Buffer.alloc(32), bytes]).subarray(-32);
