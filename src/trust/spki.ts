// A public key's SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7), by which keys are named, and what a text of PEM is.
import { createHash, createPublicKey, type KeyObject } from 'node:crypto';

/** What is between `-----BEGIN ` and `-----`, of each block. */
const LABEL = /-----BEGIN ([A-Z0-9 ]{1,64})-----/g;

/** The labels of a text's blocks of PEM (RFC 7468), in order; empty where it has none. */
export const pemLabels = (text: string): readonly string[] =>
  [...text.matchAll(LABEL)].map(([, label = '']) => label);

/** SHA-256 of the key's SubjectPublicKeyInfo (DER), base64. */
export const fingerprintOfKey = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('base64');

/** As {@link fingerprintOfKey}, of a public key in PEM. Throws node's error if it is none. */
export const fingerprintOf = (pem: string): string => fingerprintOfKey(createPublicKey(pem));
