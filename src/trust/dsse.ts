// DSSE envelopes (Dead Simple Signing Envelope, v1) of in-toto statements: read strictly, verified against pinned keys.
// https://github.com/secure-systems-lab/dsse/blob/v1.0.2/envelope.md
import { isObject } from '../model/json-object.ts';
import { readBase64 } from './base64.ts';
import { LIMITS } from './limits.ts';
import { type Checks, type PinnedKey, signedBy } from './public-key.ts';

export interface Envelope {
  readonly payload: Buffer;
  /** At most {@link LIMITS} `envelopeSignatures`; those that are no base64 are left out. */
  readonly signatures: readonly Buffer[];
}

/** The one type of payload that says something of an image. */
const IN_TOTO = 'application/vnd.in-toto+json';

/**
 * The envelope (DSSE v1) of an in-toto statement, from its parsed JSON, with its first eight signatures, those
 * that are no base64 left out; null if it is none, or its payload is of another type, empty or no base64. Never
 * throws.
 */
export function readEnvelope(json: unknown): Envelope | null {
  if (!isObject(json) || json.payloadType !== IN_TOTO || !Array.isArray(json.signatures)) return null;
  const payload = readBase64(json.payload);
  if (payload === null || payload.length === 0) return null;
  const signatures = json.signatures
    .slice(0, LIMITS.envelopeSignatures)
    .map((signature: unknown) => (isObject(signature) ? readBase64(signature.sig) : null))
    .filter((signature) => signature !== null);
  return { payload, signatures };
}

/** What is signed (DSSE, protocol.md: the pre-authentication encoding): type and payload with their lengths in bytes. */
export function preAuthenticationEncoding(payload: Uint8Array): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(IN_TOTO)} ${IN_TOTO} ${payload.length} `;
  return Buffer.concat([Buffer.from(head, 'utf8'), payload]);
}

/**
 * The key of which one of the signatures is; null: of none, or `checks` has no key left, from which it takes
 * as {@link signedBy} does. What an envelope says of its keys (`keyid`) is not read. Never throws.
 */
export function envelopeSignedBy(
  { payload, signatures }: Envelope,
  keys: readonly PinnedKey[],
  checks: Checks,
): PinnedKey | null {
  if (keys.length === 0 || signatures.length === 0) return null;
  const signed = preAuthenticationEncoding(payload);
  for (const signature of signatures) {
    const key = signedBy(signed, signature, keys, checks);
    if (key !== null) return key;
  }
  return null;
}
