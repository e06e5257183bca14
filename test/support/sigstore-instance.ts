// A Sigstore of tests, in memory: an authority that issues certificates, their log, and the log of signatures.
import { createHash, type KeyObject, sign } from 'node:crypto';
import {
  alternativeNames,
  basicConstraints,
  type CertificateWish,
  ecKeys,
  extendedKeyUsage,
  extension,
  type KeyPair,
  keyUsage,
  type MadeCertificate,
  makeCertificate,
  tbsCertificate,
  tokenIssuer,
} from './certificate-maker.ts';
import { octetString } from './der.ts';

const SCT = '1.3.6.1.4.1.11129.2.4.2';
const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
const spki = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });

export interface SigstoreInstance {
  /** Its trusted_root.json. */
  readonly root: Readonly<Record<string, unknown>>;
  readonly authority: MadeCertificate;
  /** A certificate of ten minutes from `at`, with a promise of the log unless `isLogged` is false. */
  certificate(wish: IdentityWish): MadeCertificate;
  /** An entry of the log of signatures, as a bundle has it. */
  entry(body: object, at: number): Readonly<Record<string, unknown>>;
}

export interface IdentityWish {
  readonly at: number;
  readonly subject?: string;
  readonly issuer?: string;
  /** In place of those that Fulcio gives. */
  readonly extensions?: readonly Buffer[];
  readonly isLogged?: boolean;
  readonly logKey?: KeyObject;
  readonly authority?: MadeCertificate;
}

export const SUBJECT = 'https://gitlab.esrf.fr/x/y//.gitlab-ci.yml@refs/heads/main';
export const ISSUER = 'https://gitlab.esrf.fr';

export function sigstoreInstance(from: number): SigstoreInstance {
  const [certificates, signatures] = [ecKeys(), ecKeys()];
  const authority = makeCertificate({
    name: 'a Fulcio of tests',
    notBefore: from,
    notAfter: Date.UTC(2099),
    extensions: [basicConstraints(true, 0), keyUsage(['keyCertSign', 'crlSign'])],
  });
  const log = (keys: KeyPair, baseUrl: string) => ({
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: spki(keys.publicKey).toString('base64'),
      keyDetails: 'PKIX_ECDSA_P256_SHA_256',
      validFor: { start: new Date(from).toISOString() },
    },
    logId: { keyId: sha256(spki(keys.publicKey)).toString('base64') },
  });
  return {
    authority,
    root: {
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: [log(signatures, 'https://rekor.example.test')],
      certificateAuthorities: [
        {
          subject: { commonName: 'a Fulcio of tests', organization: 'tests' },
          uri: 'https://fulcio.example.test',
          certChain: { certificates: [{ rawBytes: authority.der.toString('base64') }] },
          validFor: { start: new Date(from).toISOString() },
        },
      ],
      ctlogs: [log(certificates, 'https://ct.example.test')],
      timestampAuthorities: [],
    },
    certificate: (wish) => issued(wish, wish.authority ?? authority, certificates),
    entry: (body, at) => entryOf(body, at, signatures),
  };
}

function issued(wish: IdentityWish, issuer: MadeCertificate, log: KeyPair): MadeCertificate {
  const { at, subject = SUBJECT, issuer: tokenOf = ISSUER, isLogged = true, logKey = log.privateKey } = wish;
  const keys = ecKeys();
  const extensions = wish.extensions ?? [
    keyUsage(['digitalSignature']),
    extendedKeyUsage('codeSigning'),
    alternativeNames({ kind: 6, name: subject }),
    tokenIssuer(tokenOf),
  ];
  const unlogged: CertificateWish = {
    name: '',
    issuer,
    notBefore: at,
    notAfter: at + 600_000,
    extensions,
    keys,
  };
  if (!isLogged) return makeCertificate(unlogged);
  const promise = signedTimestamp(tbsCertificate(unlogged, keys), issuer, log.publicKey, logKey, at);
  return makeCertificate({
    ...unlogged,
    extensions: [...extensions, extension(SCT, octetString(promise), false)],
  });
}

/** RFC 6962, sections 3.2 and 3.3: a list of one. */
function signedTimestamp(
  tbs: Buffer,
  issuer: MadeCertificate,
  log: KeyObject,
  key: KeyObject,
  at: number,
): Buffer {
  const [stamp, length] = [Buffer.alloc(8), Buffer.alloc(4)];
  stamp.writeBigUInt64BE(BigInt(at));
  length.writeUInt32BE(tbs.length);
  const signature = sign(
    'sha256',
    Buffer.concat([
      Buffer.from([0, 0]),
      stamp,
      Buffer.from([0, 1]),
      sha256(spki(issuer.publicKey)),
      length.subarray(1),
      tbs,
      Buffer.from([0, 0]),
    ]),
    key,
  );
  const timestamp = Buffer.concat([
    Buffer.from([0]),
    sha256(spki(log)),
    stamp,
    Buffer.from([0, 0, 4, 3]),
    uint16(signature.length),
    signature,
  ]);
  const list = Buffer.concat([uint16(timestamp.length), timestamp]);
  return Buffer.concat([uint16(list.length), list]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

/** The only entry of its log, with Rekor's promise and a signed checkpoint. */
function entryOf(
  content: object,
  at: number,
  { publicKey, privateKey }: KeyPair,
): Readonly<Record<string, unknown>> {
  const { kind, apiVersion } = content as { kind: string; apiVersion: string };
  const body = Buffer.from(JSON.stringify(content));
  const id = sha256(spki(publicKey));
  const integratedTime = Math.floor(at / 1_000);
  const promised = { body: body.toString('base64'), integratedTime, logID: id.toString('hex'), logIndex: 0 };
  const rootHash = sha256(Buffer.concat([Buffer.from([0]), body])).toString('base64');
  const note = `rekor.example.test - 1\n1\n${rootHash}\n`;
  const signed = Buffer.concat([id.subarray(0, 4), sign('sha256', Buffer.from(note), privateKey)]);
  return {
    logIndex: '0',
    logId: { keyId: id.toString('base64') },
    kindVersion: { kind, version: apiVersion },
    integratedTime: String(integratedTime),
    inclusionPromise: {
      signedEntryTimestamp: sign('sha256', Buffer.from(JSON.stringify(promised)), privateKey).toString(
        'base64',
      ),
    },
    inclusionProof: {
      logIndex: '0',
      rootHash,
      treeSize: '1',
      hashes: [],
      checkpoint: { envelope: `${note}\n\u2014 rekor.example.test ${signed.toString('base64')}\n` },
    },
    canonicalizedBody: body.toString('base64'),
  };
}
