// Attachments as cosign, Sigstore and Notation leave them in registries, made in memory with keys of the test.
import { constants, createHash, type KeyObject, sign } from 'node:crypto';
import type { Attachment, AttachmentLayer } from '../../src/trust/attachment.ts';
import { readTrustRoots, type TrustRoots } from '../../src/trust/roots.ts';
import {
  basicConstraints,
  ecKeys,
  extendedKeyUsage,
  type KeyPair,
  keyUsage,
  type MadeCertificate,
  makeCertificate,
} from './certificate-maker.ts';
import { type SigstoreInstance, sigstoreInstance } from './sigstore-instance.ts';

export const HEX = createHash('sha256').update('the image').digest('hex');
export const DIGEST = `sha256:${HEX}`;
export const OTHER_HEX = createHash('sha256').update('another image').digest('hex');
/** When everything is signed. */
export const AT = Date.UTC(2026, 10, 1, 12);
export const YEAR = 31_536_000_000;
export const IN_TOTO = 'application/vnd.in-toto+json';
export const TYPE = {
  classic: 'application/vnd.dev.cosign.simplesigning.v1+json',
  envelope: 'application/vnd.dsse.envelope.v1+json',
  bundle: 'application/vnd.dev.sigstore.bundle.v0.3+json',
  jws: 'application/jose+json',
} as const;

type Json = Readonly<Record<string, unknown>>;

/** What signs in tests: a pinned key, somebody else's, a Notation authority with its signer, a Sigstore. */
export interface Signers {
  readonly pinned: KeyPair;
  readonly stranger: KeyPair;
  readonly authority: MadeCertificate;
  readonly notary: MadeCertificate;
  readonly sigstore: SigstoreInstance;
}

export function makeSigners(): Signers {
  const authority = notaryAuthority();
  return {
    pinned: ecKeys(),
    stranger: ecKeys(),
    authority,
    notary: notarySigner(authority),
    sigstore: sigstoreInstance(AT - YEAR),
  };
}

export const notaryAuthority = (name = 'ESRF demo CA'): MadeCertificate =>
  makeCertificate({
    name,
    notBefore: AT - YEAR,
    notAfter: AT + 10 * YEAR,
    extensions: [basicConstraints(true), keyUsage(['keyCertSign'])],
  });

export const notarySigner = (
  issuer: MadeCertificate,
  wish: Partial<Parameters<typeof makeCertificate>[0]> = {},
): MadeCertificate =>
  makeCertificate({
    name: 'images.esrf.fr',
    issuer,
    notBefore: AT - YEAR,
    notAfter: AT + YEAR,
    extensions: [keyUsage(['digitalSignature']), extendedKeyUsage('codeSigning')],
    ...wish,
  });

export const pemOfKey = ({ publicKey }: KeyPair): string =>
  publicKey.export({ type: 'spki', format: 'pem' }) as string;

export const attachment = (...layers: readonly AttachmentLayer[]): Attachment => ({
  digest: `sha256:${'a'.repeat(64)}`,
  artifactType: '',
  layers,
});

export const layer = (
  mediaType: string,
  content: unknown,
  annotations: Readonly<Record<string, string>> = {},
): AttachmentLayer => ({ mediaType, annotations, bytes: bytesOf(content) });

/** Bytes and texts as they are, the rest as JSON. */
export const bytesOf = (content: unknown): Buffer =>
  Buffer.isBuffer(content)
    ? content
    : Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));

export const base64Json = (content: unknown): string => bytesOf(content).toString('base64');
const base64url = (content: unknown): string => bytesOf(content).toString('base64url');

// cosign, classic

export const simpleSigning = (digest = DIGEST): Json => ({
  critical: {
    identity: { 'docker-reference': 'registry.esrf.fr/x/y' },
    image: { 'docker-manifest-digest': digest },
    type: 'cosign container image signature',
  },
  optional: null,
});

export const SIGNATURE = 'dev.cosignproject.cosign/signature';

export const classic = (
  key: KeyObject,
  payload: unknown = simpleSigning(),
  annotations: Readonly<Record<string, string>> = {},
): Attachment =>
  attachment(
    layer(TYPE.classic, payload, {
      [SIGNATURE]: sign('sha256', bytesOf(payload), key).toString('base64'),
      ...annotations,
    }),
  );

// Statements and envelopes

export const statement = (parts: Json = {}): Json => ({
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'registry.esrf.fr/x/y', digest: { sha256: HEX } }],
  predicateType: 'https://sigstore.dev/cosign/sign/v1',
  predicate: {},
  ...parts,
});

export const COMMIT = '0123456789abcdef0123456789abcdef01234567';

export const slsa = (parts: Json = {}): Json =>
  statement({
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'https://gitlab.esrf.fr/build/v1',
        externalParameters: { source: 'git+https://gitlab.esrf.fr/x/y@refs/tags/v1' },
        resolvedDependencies: [
          { uri: 'git+https://gitlab.esrf.fr/x/y@refs/tags/v1', digest: { gitCommit: COMMIT } },
        ],
      },
      runDetails: { builder: { id: 'https://gitlab.esrf.fr/runners/1' } },
    },
    ...parts,
  });

export const encoded = (payload: Uint8Array, type = IN_TOTO): Buffer =>
  Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `), payload]);

export function envelope(
  key: KeyObject,
  payload: unknown = statement(),
  type = IN_TOTO,
  hash: string | null = 'sha256',
): Json {
  const sig = sign(hash, encoded(bytesOf(payload), type), key).toString('base64');
  return { payloadType: type, payload: base64Json(payload), signatures: [{ keyid: '', sig }] };
}

export const attestation = (
  content: unknown,
  annotations: Readonly<Record<string, string>> = {},
): Attachment => attachment(layer(TYPE.envelope, content, { [SIGNATURE]: '', ...annotations }));

// Bundles

export const keyBundle = (dsseEnvelope: unknown, parts: Json = {}): Json => ({
  mediaType: TYPE.bundle,
  verificationMaterial: { publicKey: { hint: 'a hint' } },
  dsseEnvelope,
  ...parts,
});

export const bundled = (bundle: unknown): Attachment => attachment(layer(TYPE.bundle, bundle));

export const sha256Hex = (content: unknown): string =>
  createHash('sha256').update(bytesOf(content)).digest('hex');

/** The body of an entry for an envelope. */
export function envelopeEntry(dsse: Json): object {
  const [first] = dsse.signatures as { sig: string }[];
  const payload = Buffer.from(String(dsse.payload), 'base64');
  return {
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: {
      payloadHash: { algorithm: 'sha256', value: sha256Hex(payload) },
      signatures: [{ signature: first?.sig, verifier: '' }],
    },
  };
}

export interface KeylessWish {
  readonly payload?: unknown;
  readonly certificate?: MadeCertificate;
  /** When the log says that the signature was made; by default a minute after {@link AT}. */
  readonly at?: number;
  /** The body of the log's entry. */
  readonly body?: object;
}

export function keylessBundle({ sigstore }: Signers, wish: KeylessWish = {}): Json {
  const certificate = wish.certificate ?? sigstore.certificate({ at: AT });
  const dsseEnvelope = envelope(certificate.privateKey, wish.payload);
  return {
    mediaType: TYPE.bundle,
    verificationMaterial: {
      certificate: { rawBytes: certificate.der.toString('base64') },
      tlogEntries: [sigstore.entry(wish.body ?? envelopeEntry(dsseEnvelope), wish.at ?? AT + 60_000)],
    },
    dsseEnvelope,
  };
}

/** cosign's classic keyless signature: all of it in annotations. */
export function keylessClassic({ sigstore }: Signers, wish: KeylessWish = {}): Attachment {
  const certificate = wish.certificate ?? sigstore.certificate({ at: AT });
  const payload = wish.payload ?? simpleSigning();
  const signature = sign('sha256', bytesOf(payload), certificate.privateKey).toString('base64');
  const body = wish.body ?? {
    apiVersion: '0.0.1',
    kind: 'hashedrekord',
    spec: {
      data: { hash: { algorithm: 'sha256', value: sha256Hex(payload) } },
      signature: { content: signature, publicKey: { content: base64Json(certificate.pem) } },
    },
  };
  return attachment(
    layer(TYPE.classic, payload, {
      [SIGNATURE]: signature,
      ...classicAnnotations(sigstore, certificate, body, wish.at ?? AT + 60_000),
    }),
  );
}

export function classicAnnotations(
  sigstore: SigstoreInstance,
  certificate: MadeCertificate,
  body: object,
  at: number,
): Readonly<Record<string, string>> {
  const entry = sigstore.entry(body, at) as {
    logId: { keyId: string };
    integratedTime: string;
    canonicalizedBody: string;
    inclusionPromise: { signedEntryTimestamp: string };
  };
  return {
    'dev.sigstore.cosign/certificate': certificate.pem,
    'dev.sigstore.cosign/chain': sigstore.authority.pem,
    'dev.sigstore.cosign/bundle': JSON.stringify({
      SignedEntryTimestamp: entry.inclusionPromise.signedEntryTimestamp,
      Payload: {
        body: entry.canonicalizedBody,
        integratedTime: Number(entry.integratedTime),
        logIndex: 0,
        logID: Buffer.from(entry.logId.keyId, 'base64').toString('hex'),
      },
    }),
  };
}

// Notation

export const notaryPayload = (digest = DIGEST): Json => ({
  targetArtifact: { digest, mediaType: 'application/vnd.oci.image.manifest.v1+json', size: 401 },
});

export const notaryHeader = (parts: Json = {}): Json => ({
  alg: 'ES256',
  crit: ['io.cncf.notary.signingScheme'],
  cty: 'application/vnd.cncf.notary.payload.v1+json',
  'io.cncf.notary.signingScheme': 'notary.x509',
  'io.cncf.notary.signingTime': new Date(AT).toISOString().replace('.000', ''),
  ...parts,
});

export interface NotaryWish {
  readonly payload?: unknown;
  readonly header?: unknown;
  /** By default the notary's, and its authority's. */
  readonly chain?: readonly MadeCertificate[];
  readonly key?: KeyObject;
  readonly hash?: string;
  /** The signature is of RSA, with a salt as long as the hash. */
  readonly padding?: number;
}

/** The envelope of a Notation signature, in JSON. */
export function jws({ notary, authority }: Signers, wish: NotaryWish = {}): Json {
  const {
    payload = notaryPayload(),
    header = notaryHeader(),
    chain = [notary, authority],
    hash = 'sha256',
  } = wish;
  const key = wish.key ?? chain[0]?.privateKey ?? notary.privateKey;
  const input = `${base64url(header)}.${base64url(payload)}`;
  const signature = sign(hash, Buffer.from(input), {
    key,
    dsaEncoding: 'ieee-p1363',
    ...(wish.padding === undefined
      ? {}
      : { padding: wish.padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }),
  });
  return {
    payload: base64url(payload),
    protected: base64url(header),
    header: {
      x5c: chain.map(({ der }) => der.toString('base64')),
      'io.cncf.notary.signingAgent': 'notation-go/1.3.2',
    },
    signature: signature.toString('base64url'),
  };
}

export const notarized = (envelope: unknown): Attachment => attachment(layer(TYPE.jws, envelope));

/** The roots of a facility that trusts what is its own of these: not the stranger. */
export const rootsOf = ({ pinned, authority, sigstore }: Signers): TrustRoots =>
  readTrustRoots({ keys: [{ pem: pemOfKey(pinned) }], notation: [authority.pem], sigstore: sigstore.root });
