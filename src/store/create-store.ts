// From a configuration to its store: opened where it says, or none.
import type { Config } from '../config/schema.ts';
import type { SecretReference } from '../config/secret.ts';
import type { Environment } from '../config/secrets.ts';
import { openStoreClient, type StoreClient, type StoreClientOptions } from './client.ts';
import { storePlace } from './place.ts';

export interface CreateStoreOptions extends Omit<StoreClientOptions, 'place' | 'secret' | 'registryBytes'> {
  readonly env: Environment;
  /** Reads a secret that federation.yaml refers to. */
  readonly readSecret: (reference: SecretReference) => Promise<string>;
  /** `federation.secret`, 32 bytes or more. */
  readonly federationSecret: Uint8Array;
}

/**
 * The store of a configuration, open, in which a registry may have `limits.oci.storedBytes` bytes of documents; null: there
 * is to be none. Rejects as {@link storePlace} and {@link openStoreClient} do: CONFIG_INVALID, STORE_IN_USE, STORE_NEWER.
 */
export async function createStore(
  config: Pick<Config, 'store' | 'demo' | 'baseDirectory' | 'limits'>,
  { env, readSecret, federationSecret, ...options }: CreateStoreOptions,
): Promise<StoreClient | null> {
  const place = await storePlace(config, env, readSecret);
  if (place === null) return null;
  const registryBytes = config.limits.oci.storedBytes;
  return openStoreClient({ ...options, place, secret: federationSecret, registryBytes });
}
