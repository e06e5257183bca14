// cosign's classic keyless signatures: certificate and log entry lie in annotations of the layer. Made a bundle, they are
// verified as every other bundle is.
// https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
import { createHash } from 'node:crypto';
import { isObject } from '../model/json-object.ts';
import { readBase64 } from './base64.ts';
import { certificateOfPem } from './certificate.ts';
import type { Keyless } from './keyless.ts';
import { LIMITS } from './limits.ts';
import type { Checks } from './public-key.ts';
import { readJson } from './read-json.ts';

type Json = Readonly<Record<string, unknown>>;
type Annotations = Readonly<Record<string, string>>;

const CERTIFICATE = 'dev.sigstore.cosign/certificate';
const LOG_ENTRY = 'dev.sigstore.cosign/bundle';
const TIMESTAMP = 'dev.sigstore.cosign/rfc3161timestamp';
/** A version of which an entry of the log needs its signed promise alone, which is all that the annotation has. */
const BUNDLE_V01 = 'application/vnd.dev.sigstore.bundle+json;version=0.1';
const HASH_ID = /^(?:[0-9a-f]{2}){1,64}$/;

/**
 * The signature (a layer's annotation) of a message (the layer's exact bytes); null where it has no
 * certificate that can be read, or `checks` has none left, of which it takes one. An annotation of more than
 * 1,048,576 UTF-16 units is none. Never throws.
 */
export const keylessMessage = (
  annotations: Annotations,
  message: Uint8Array,
  signature: Uint8Array,
  checks: Checks,
): Keyless | null =>
  keyless(
    annotations,
    {
      messageSignature: {
        messageDigest: {
          algorithm: 'SHA2_256',
          digest: createHash('sha256').update(message).digest('base64'),
        },
        signature: Buffer.from(signature).toString('base64'),
      },
    },
    checks,
  );

/**
 * The signature in a DSSE envelope, which is given as its parsed JSON; null, and what it takes of `checks`,
 * as of {@link keylessMessage}. Never throws.
 */
export const keylessEnvelope = (
  annotations: Annotations,
  envelope: unknown,
  checks: Checks,
): Keyless | null => keyless(annotations, { dsseEnvelope: envelope }, checks);

function keyless(annotations: Annotations, content: Json, checks: Checks): Keyless | null {
  const pem = own(annotations, CERTIFICATE);
  if (pem === undefined || checks.certificates <= 0) return null;
  checks.certificates -= 1;
  const certificate = certificateOfPem(pem);
  if (certificate === null) return null;
  const entry = logEntry(readJson(own(annotations, LOG_ENTRY)));
  const timestamp = readJson(own(annotations, TIMESTAMP));
  const isStamped = entry === null && isObject(timestamp);
  const bundle = {
    mediaType: BUNDLE_V01,
    verificationMaterial: {
      x509CertificateChain: { certificates: [{ rawBytes: certificate.der.toString('base64') }] },
      tlogEntries: entry === null ? [] : [entry],
      timestampVerificationData: {
        rfc3161Timestamps: isStamped ? [{ signedTimestamp: timestamp.SignedRFC3161Timestamp }] : [],
      },
    },
    ...content,
  };
  return { bundle, certificate };
}

function logEntry(annotation: unknown): Json | null {
  if (!isObject(annotation) || !isObject(annotation.Payload)) return null;
  const { body, integratedTime, logIndex, logID } = annotation.Payload;
  const entry = readJson(readBase64(body));
  if (!isObject(entry) || typeof logID !== 'string' || !HASH_ID.test(logID)) return null;
  return {
    logIndex: String(logIndex),
    logId: { keyId: Buffer.from(logID, 'hex').toString('base64') },
    kindVersion: { kind: entry.kind, version: entry.apiVersion },
    integratedTime: String(integratedTime),
    inclusionPromise: { signedEntryTimestamp: annotation.SignedEntryTimestamp },
    canonicalizedBody: body,
  };
}

function own(annotations: Annotations, name: string): string | undefined {
  const text = Object.hasOwn(annotations, name) ? annotations[name] : undefined;
  return text !== undefined && text.length <= LIMITS.annotation ? text : undefined;
}
