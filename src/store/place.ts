// Where the store of a configuration is: what federation.yaml says, else SQLite in this user's state folder.
import { join, resolve } from 'node:path';
import type { Config } from '../config/schema.ts';
import type { SecretReference } from '../config/secret.ts';
import type { Environment } from '../config/secrets.ts';
import { requireStoreAddress } from '../config/store-address.ts';
import { stateFolders, thisUser } from '../config/user-folders.ts';
import { FederationError } from '../model/errors.ts';
import type { StorePlace } from './engine/engine.ts';

/** The name of the default file. */
const FILE = 'store.sqlite';

/**
 * Where the store of a configuration is: as `store` says, a relative path from the configuration's folder; else
 * `store.sqlite` in the first of {@link stateFolders}. null: there is to be none, as `store: none` says, and a demo that
 * says nothing. Rejects with CONFIG_INVALID where no folder for it is known or its address is none, and as `secret` does
 * (see {@link readSecret}). Makes nothing.
 */
export async function storePlace(
  { store, demo, baseDirectory }: Pick<Config, 'store' | 'demo' | 'baseDirectory'>,
  env: Environment,
  secret: (reference: SecretReference) => Promise<string>,
): Promise<StorePlace | null> {
  if (store === 'none' || (store === undefined && demo)) return null;
  if (store?.postgres !== undefined) {
    return { kind: 'postgres', url: requireStoreAddress(await secret(store.postgres)).url };
  }
  if (store?.sqlite !== undefined) return { kind: 'sqlite', path: resolve(baseDirectory, store.sqlite) };
  const [folder] = stateFolders(thisUser(env));
  if (folder !== undefined) return { kind: 'sqlite', path: join(folder, FILE) };
  throw new FederationError('CONFIG_INVALID', 'There is no folder for the store.', {
    at: 'store',
    hint: 'Name a file that this user can write, `store: { sqlite: /var/lib/panfed/store.sqlite }`, or say `store: none`.',
  });
}
