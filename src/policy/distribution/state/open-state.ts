// Opens the state of labs' policies: the folder that federation.yaml names, otherwise this user's; for a demo without a
// secret, in memory only.
import { join, resolve } from 'node:path';
import type { Config } from '../../../config/schema.ts';
import { type Environment, readSecret } from '../../../config/secrets.ts';
import { stateFolders, thisUser } from '../../../config/user-folders.ts';
import { FederationError } from '../../../model/errors.ts';
import { folderState } from './folder-state.ts';
import { memoryState } from './memory-state.ts';
import type { PolicyState } from './state.ts';
import { createStateSigner } from './state-signer.ts';

/**
 * The state that the configuration names: in the folder `policies.state`, by default in the user's own (XDG Base
 * Directory Specification); without a secret, in memory for a demo that builds policies itself. Rejects with
 * CONFIG_INVALID if there is no secret otherwise, if it cannot be read, or if the folder cannot be used (see {@link
 * folderState}).
 */
export async function openPolicyState(
  config: Pick<Config, 'federation' | 'demo' | 'policies' | 'baseDirectory'>,
  env: Environment,
): Promise<PolicyState> {
  const { federation, demo, policies, baseDirectory } = config;
  const reference = federation.secret;
  if (reference === undefined) {
    if (demo && policies.builder === 'beside') return memoryState();
    throw new FederationError('CONFIG_INVALID', 'There is no secret to sign the labs’ policies with.', {
      at: 'federation.secret',
      hint: 'Name a secret of 32 bytes or more: `secret: { env: PANFED_SECRET }`.',
    });
  }
  const folder = policies.state === undefined ? ownFolder(env) : resolve(baseDirectory, policies.state);
  return folderState(folder, createStateSigner(await readSecret(reference, env, baseDirectory)));
}

function ownFolder(env: Environment): string {
  const [first] = stateFolders(thisUser(env));
  if (first !== undefined) return join(first, 'policies');
  throw new FederationError('CONFIG_INVALID', 'There is no folder for the state of the labs’ policies.', {
    at: 'policies.state',
    hint: 'Name a folder that this user can write: `policies: { state: /var/lib/panfed/policies }`.',
  });
}
