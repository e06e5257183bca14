// Reads the secrets that federation.yaml names. What was read is in no message, cause or log line.

import { resolve } from 'node:path';
import { FederationError } from '../model/errors.ts';
import { limitText } from '../model/size.ts';
import { readFirst } from './bounded-file.ts';
import type { SecretReference } from './secret.ts';

/** Bytes. A longer first line is a mistake, not a secret. */
const MAX_SECRET_BYTES = 65_536;

/** Whether the text is a b64token, and so can be sent as a bearer token (RFC 6750, section 2.1). */
export const isBearerToken = (text: string): boolean => /^[A-Za-z0-9\-._~+/]+=*$/.test(text);

/** Environment variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The secret that a reference names: an environment variable's value, or the first line of a file; a relative
 * path starts at `baseDirectory`. Surrounding white space is dropped. Rejects with CONFIG_INVALID where it is
 * missing, empty or unreadable, or the line is longer than 64 KiB; a variable has no bound.
 */
export async function readSecret(
  reference: SecretReference,
  env: Environment,
  baseDirectory: string,
): Promise<string> {
  const secret =
    'env' in reference ? env[reference.env] : await firstLine(resolve(baseDirectory, reference.file));
  const trimmed = secret?.trim();
  if (trimmed !== undefined && trimmed !== '') return trimmed;
  throw 'env' in reference
    ? unset(reference.env)
    : new FederationError('CONFIG_INVALID', `the secret's file ${reference.file} is empty`, {
        hint: 'Write the secret on its first line.',
      });
}

/**
 * The whole value or file that a reference names, byte for byte: a key has several lines, and every byte of a
 * shared secret counts. A relative path starts at `baseDirectory`. Rejects with CONFIG_INVALID where it is
 * missing, blank or unreadable, or a file longer than 64 KiB or not UTF-8; a variable has no bound.
 */
export async function readWholeSecret(
  reference: SecretReference,
  env: Environment,
  baseDirectory: string,
): Promise<string> {
  if ('env' in reference) {
    const value = env[reference.env];
    if (value !== undefined && value.trim() !== '') return value;
    throw unset(reference.env);
  }
  const path = resolve(baseDirectory, reference.file);
  const bytes = await firstBytes(path);
  if (bytes.length > MAX_SECRET_BYTES) {
    throw new FederationError(
      'CONFIG_INVALID',
      `the secret's file ${path} is longer than ${limitText(MAX_SECRET_BYTES)}`,
    );
  }
  const text = bytes.toString('utf8');
  if (text.trim() === '') {
    throw new FederationError('CONFIG_INVALID', `the secret's file ${reference.file} is empty`);
  }
  if (!Buffer.from(text, 'utf8').equals(bytes)) {
    throw new FederationError('CONFIG_INVALID', `the secret's file ${path} is not text`, {
      hint: 'Write a key as PEM, and a shared secret as text.',
    });
  }
  return text;
}

async function firstLine(path: string): Promise<string> {
  const line = (await firstBytes(path)).toString('utf8').split(/\r?\n/, 1)[0] ?? '';
  if (Buffer.byteLength(line) > MAX_SECRET_BYTES) {
    throw new FederationError(
      'CONFIG_INVALID',
      `the first line of the secret's file ${path} is longer than ${limitText(MAX_SECRET_BYTES)}`,
    );
  }
  return line;
}

const unset = (name: string): FederationError =>
  new FederationError('CONFIG_INVALID', `the environment variable ${name} is not set`, {
    hint: `Set ${name} to the secret before starting.`,
  });

/** The first bytes of a file: at most one more than a secret may have, so that a longer file is noticed. */
async function firstBytes(path: string): Promise<Buffer> {
  try {
    return await readFirst(path, MAX_SECRET_BYTES + 1);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new FederationError('CONFIG_INVALID', `the secret's file ${path} cannot be read (${reason})`, {
      hint: 'Check the path and that this user may read it.',
    });
  }
}
