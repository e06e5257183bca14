// Compares what a request brings with a secret, so that neither time nor length says anything of it.
import { createHash, timingSafeEqual } from 'node:crypto';

/** A secret as its SHA-256 (FIPS 180-4), 32 bytes: of one length, whatever was given. */
export type HashedSecret = Buffer;

/** The hash of the secret in UTF-8; its length and characters are not checked. */
export const hashedSecret = (secret: string): HashedSecret => createHash('sha256').update(secret).digest();

/** Whether the text is the secret, compared in constant time. */
export const isSecret = (text: string, secret: HashedSecret): boolean =>
  timingSafeEqual(hashedSecret(text), secret);
