// The store that a federation.yaml names, and the options by which a command finds it.
import { type Command, Option } from 'commander';
import { loadConfigWithoutSecrets } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import type { SecretReference } from '../../config/secret.ts';
import { type Environment, readSecret } from '../../config/secrets.ts';
import { FederationError } from '../../model/errors.ts';
import type { StorePlace } from '../../store/engine/engine.ts';
import { storePlace } from '../../store/place.ts';

export interface ConfigOption {
  readonly config: string;
}

export interface ReportOptions extends ConfigOption {
  readonly format: 'table' | 'json';
}

export interface ConfiguredStore {
  readonly config: Config;
  readonly place: StorePlace;
  /** Reads a secret of the configuration. */
  readonly secret: (reference: SecretReference) => Promise<string>;
}

/** Adds `--config`, federation.yaml by default. Returns the same command. */
export const withConfig = (command: Command): Command =>
  command.option('-c, --config <file>', 'the gateway’s configuration', 'federation.yaml');

/**
 * Adds `--config`, federation.yaml by default, and `--format`, `table` (the default) or `json`. Returns the
 * same command.
 */
export const withReportOptions = (command: Command): Command =>
  withConfig(command).addOption(
    new Option('--format <format>', 'how the report is written').choices(['table', 'json']).default('table'),
  );

/**
 * The configuration, and the place of its store, which is not opened. Reads no secret but the store's own.
 * Rejects with CONFIG_INVALID as {@link loadConfigWithoutSecrets} does, and where the configuration has no
 * store or its address is none.
 */
export async function configuredStore(
  { config: file }: ConfigOption,
  env: Environment,
): Promise<ConfiguredStore> {
  const config = await loadConfigWithoutSecrets(file, env);
  const secret = (reference: SecretReference): Promise<string> =>
    readSecret(reference, env, config.baseDirectory);
  const place = await storePlace(config, env, secret);
  if (place !== null) return { config, place, secret };
  throw new FederationError(
    'CONFIG_INVALID',
    config.store === 'none'
      ? 'This configuration has no store: it says `store: none`.'
      : 'A demo has no store.',
    {
      at: file,
      hint: 'Name the configuration of a gateway that has one: --config <file>.',
    },
  );
}
