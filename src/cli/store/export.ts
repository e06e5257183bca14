// `panfed store export`: a copy of a SQLite store, as of one moment.
import { statSync } from 'node:fs';
import { Command } from 'commander';
import type { Config } from '../../config/schema.ts';
import type { Environment } from '../../config/secrets.ts';
import { FederationError } from '../../model/errors.ts';
import { sizeText } from '../../model/size.ts';
import { copySqlite } from '../../store/upkeep/copy.ts';
import type { Output } from '../terminal/output.ts';
import { type ConfigOption, configuredStore, withConfig } from './configured.ts';

/**
 * `panfed store export`. It rejects with USAGE for PostgreSQL, as {@link configuredStore} does, with
 * CONFIG_INVALID, and as {@link copySqlite} throws: with USAGE for a file that exists, STORE_UNAVAILABLE or
 * STORE_DAMAGED.
 */
export function exportCommand(output: Output, env: Environment): Command {
  return withConfig(new Command('export'))
    .description('copy a SQLite store, as it is at one moment, to a file')
    .argument('<file>', 'the file, which is not there yet')
    .addHelpText(
      'after',
      `
Examples:
  $ panfed store export backup.sqlite
  $ panfed store export --config /etc/panfed/federation.yaml /backup/panfed-$(date +%F).sqlite

It works while a gateway has the store. The copy is for its user alone, and is a store itself: stop the gateway, put it where
the store lies, remove the files -wal and -shm beside it. A store in PostgreSQL is copied by pg_dump.`,
    )
    .action(async (file: string, options: ConfigOption) => {
      const { config, place } = await configuredStore(options, env);
      if (place.kind === 'postgres') throw byPgDump(config);
      copySqlite(place.path, file);
      output.message(`wrote ${file}, ${sizeText(statSync(file).size)}\n`);
    });
}

function byPgDump({ store }: Config): FederationError {
  const reference = store === undefined || store === 'none' ? undefined : store.postgres;
  const address = reference !== undefined && 'env' in reference ? `"$${reference.env}"` : '<address>';
  return new FederationError('USAGE', 'A store in PostgreSQL is copied by PostgreSQL’s own tool.', {
    hint: `pg_dump --format=custom --file=store.dump ${address}`,
  });
}
