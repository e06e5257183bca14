// An X.509 certificate (RFC 5280) from outside, with what node's own class does not say: critical marks, usages, dates.
import { X509Certificate as NodeCertificate } from 'node:crypto';
import { X509Certificate as CoreCertificate } from '@sigstore/core';
import { BOUNDS } from '../model/bounds.ts';
import { cleanLine } from '../model/clean-text.ts';
import { readBase64 } from './base64.ts';
import { LIMITS } from './limits.ts';
import { pemLabels } from './spki.ts';

/** One certificate, read by OpenSSL, which verifies, and by @sigstore/core, which shows its extensions. */
export interface Certificate {
  readonly der: Buffer;
  readonly node: NodeCertificate;
  readonly core: CoreCertificate;
}

/** id-kp-codeSigning (RFC 5280, section 4.2.1.12). */
export const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';

/**
 * The certificate (X.509, RFC 5280) of these bytes (DER); null if they are null, none, more than one, or more
 * than 16,384. Never throws.
 */
export function readCertificate(der: Uint8Array | null): Certificate | null {
  if (der === null || der.length === 0 || der.length > LIMITS.certificateBytes) return null;
  try {
    const node = new NodeCertificate(der);
    // Bytes after the certificate, or another encoding of it, are seen by one of the two readers alone.
    if (!node.raw.equals(der)) return null;
    const bytes = Buffer.from(der);
    const core = CoreCertificate.parse(bytes);
    return core.root.toDER().equals(bytes) ? { der: bytes, node, core } : null;
  } catch {
    return null;
  }
}

/**
 * The certificate of a text in base64; null if it is none, or has more than 32,768 characters; as
 * {@link readCertificate} reads it. Never throws.
 */
export const certificateOfBase64 = (text: unknown): Certificate | null =>
  typeof text === 'string' && text.length <= 2 * LIMITS.certificateBytes
    ? readCertificate(readBase64(text))
    : null;

/**
 * The certificate of a text of PEM that has one block; null if it is anything else, or has more than 32,768
 * characters; as {@link readCertificate} reads it. Never throws.
 */
export function certificateOfPem(pem: unknown): Certificate | null {
  if (typeof pem !== 'string' || pem.length > 2 * LIMITS.certificateBytes) return null;
  const [label, ...more] = pemLabels(pem);
  if (label !== 'CERTIFICATE' || more.length > 0) return null;
  try {
    return readCertificate(new NodeCertificate(pem).raw);
  } catch {
    return null;
  }
}

/**
 * Whom the certificate names, in words that prove nothing: its alternative name, else its subject, as an
 * inert line; null: nobody, or a name of more than 512 UTF-16 units. Never throws.
 */
export function nameIn({ core, node }: Certificate): string | null {
  let name: string | undefined;
  try {
    name = core.subjectAltName;
  } catch {
    name = undefined; // an extension that is none: the subject is left
  }
  const text = cleanLine((name ?? node.subject ?? '').slice(0, 2 * BOUNDS.signer).replaceAll('\n', ', '));
  return text !== null && text.length <= BOUNDS.signer ? text : null;
}
