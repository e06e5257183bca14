// The key of cursors: `federation.secret`, and for the demo one that is made at its start.
import { randomBytes } from 'node:crypto';
import { FederationError } from '../model/errors.ts';
import type { Config } from './schema.ts';
import type { SecretReference } from './secret.ts';

const BYTES = 32;

/** Rejects with CONFIG_INVALID where there is none, and as `secret` does, which reads what a reference refers to. */
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
