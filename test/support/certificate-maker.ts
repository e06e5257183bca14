// Certificates that tests make in memory, right and wrong in every way that a verifier must see.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import {
  bitString,
  boolean,
  explicit,
  implicit,
  integer,
  none,
  octetString,
  oid,
  sequence,
  set,
  time,
  utf8String,
} from './der.ts';

export interface MadeCertificate {
  readonly der: Buffer;
  readonly pem: string;
  readonly name: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export interface CertificateWish {
  readonly name?: string;
  /** By default it signs itself. */
  readonly issuer?: MadeCertificate;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly extensions: readonly Buffer[];
  /** By default a new key of P-256. */
  readonly keys?: KeyPair;
  /** By default SHA-256. */
  readonly hash?: 'sha1' | 'sha256' | 'sha384';
}

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** Bits of KeyUsage, and purposes, by name. */
export const USAGE = {
  digitalSignature: 0,
  nonRepudiation: 1,
  keyEncipherment: 2,
  keyCertSign: 5,
  crlSign: 6,
} as const;
export const PURPOSE = {
  any: '2.5.29.37.0',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  timeStamping: '1.3.6.1.5.5.7.3.8',
} as const;

export const ecKeys = (namedCurve = 'P-256'): KeyPair => generateKeyPairSync('ec', { namedCurve });

/** The part that is signed; `extensions`: all of them. */
export function tbsCertificate(wish: CertificateWish, keys: KeyPair): Buffer {
  const { name = 'a test', issuer, notBefore, notAfter, extensions } = wish;
  return sequence(
    explicit(0, integer(2)),
    integer(7),
    algorithmOf(issuer?.privateKey ?? keys.privateKey, wish.hash ?? 'sha256'),
    nameOf(issuer?.name ?? name),
    sequence(time(notBefore), time(notAfter)),
    nameOf(name),
    keys.publicKey.export({ type: 'spki', format: 'der' }),
    ...(extensions.length === 0 ? [] : [explicit(3, sequence(...extensions))]),
  );
}

export function makeCertificate(wish: CertificateWish): MadeCertificate {
  const { name = 'a test', issuer, hash = 'sha256', keys = ecKeys() } = wish;
  const tbs = tbsCertificate(wish, keys);
  const signer = issuer?.privateKey ?? keys.privateKey;
  const der = sequence(tbs, algorithmOf(signer, hash), bitString(sign(hash, tbs, signer)));
  return { der, pem: pemOf(der), name, ...keys };
}

export const pemOf = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;

export const basicConstraints = (isAuthority: boolean, pathLength?: number, critical = true): Buffer =>
  extension(
    '2.5.29.19',
    sequence(
      ...(isAuthority ? [boolean(true)] : []),
      ...(pathLength === undefined ? [] : [integer(pathLength)]),
    ),
    critical,
  );

export function keyUsage(usages: readonly (keyof typeof USAGE)[], critical = true): Buffer {
  const byte = usages.reduce((bits, usage) => bits | (0x80 >> USAGE[usage]), 0);
  return extension('2.5.29.15', bitString(Buffer.from([byte])), critical);
}

export const extendedKeyUsage = (...purposes: readonly (keyof typeof PURPOSE)[]): Buffer =>
  extension('2.5.29.37', sequence(...purposes.map((purpose) => oid(PURPOSE[purpose]))), false);

/** `kind`: 1 an e-mail address, 6 a URI. */
export const alternativeNames = (
  ...names: readonly { readonly kind: number; readonly name: string }[]
): Buffer =>
  extension(
    '2.5.29.17',
    sequence(...names.map(({ kind, name }) => implicit(kind, Buffer.from(name, 'latin1')))),
    true,
  );

/** As Fulcio writes the issuer of the token since its version 1.1. */
export const tokenIssuer = (issuer: string): Buffer =>
  extension('1.3.6.1.4.1.57264.1.8', utf8String(issuer), false);
/** As it wrote it before. */
export const tokenIssuerV1 = (issuer: string): Buffer =>
  extension('1.3.6.1.4.1.57264.1.1', Buffer.from(issuer, 'latin1'), false);

export const extension = (id: string, value: Uint8Array, critical: boolean): Buffer =>
  sequence(oid(id), ...(critical ? [boolean(true)] : []), octetString(value));

const nameOf = (name: string): Buffer => sequence(set(sequence(oid('2.5.4.3'), utf8String(name))));

function algorithmOf({ asymmetricKeyType }: KeyObject, hash: 'sha1' | 'sha256' | 'sha384'): Buffer {
  const ecdsa = { sha1: '1.2.840.10045.4.1', sha256: '1.2.840.10045.4.3.2', sha384: '1.2.840.10045.4.3.3' };
  const rsa = {
    sha1: '1.2.840.113549.1.1.5',
    sha256: '1.2.840.113549.1.1.11',
    sha384: '1.2.840.113549.1.1.12',
  };
  return asymmetricKeyType === 'rsa' ? sequence(oid(rsa[hash]), none()) : sequence(oid(ecdsa[hash]));
}
