// The key of cursors: `federation.secret`, or in the demo a random key that is made at start.
import { randomBytes } from 'node:crypto';
import { FederationError } from '../model/errors.ts';
import type { Config } from './schema.ts';
import type { SecretReference } from './secret.ts';

const BYTES = 32;

/**
 * The key’s bytes: those of `federation.secret` in UTF-8, or 32 random ones in the demo. `secret` reads a
 * reference. Rejects with CONFIG_INVALID where the configuration names no secret, and as `secret` does.
 */
export async function cursorSecret(
  { federation, demo }: Pick<Config, 'federation' | 'demo'>,
  secret: (reference: SecretReference) => Promise<string>,
): Promise<Uint8Array> {
  if (federation.secret !== undefined) return Buffer.from(await secret(federation.secret));
  if (demo) return randomBytes(BYTES);
  throw new FederationError('CONFIG_INVALID', 'The gateway has no secret for its cursors.', {
    at: 'federation.secret',
    hint: 'Name a secret of 32 bytes or more: `secret: { env: PANFED_SECRET }`.',
  });
}
