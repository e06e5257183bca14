// The options of every command that asks a gateway.
import { type Command, Option } from 'commander';
import { DEFAULT_URL, type GatewayOptions } from './client.ts';

export interface QueryOptions extends GatewayOptions {
  readonly format: 'table' | 'json';
}

/**
 * Adds --url, --token-file, --ca, --insecure and --format (one of `formats`, by default table and json; `table` unless said).
 * Returns the same command.
 */
export function withGatewayOptions(
  command: Command,
  formats: readonly string[] = ['table', 'json'],
): Command {
  return command
    .option('--url <url>', `the gateway (PANFED_URL; ${DEFAULT_URL} unless said)`)
    .option('--token-file <path>', 'file of the token to sign in with (PANFED_TOKEN: the token itself)')
    .option('--ca <file>', 'certificates (PEM) to trust in place of the usual ones, of a private authority')
    .option('--insecure', 'send the token over plain http to another host')
    .addOption(new Option('--format <format>', 'how the data is written').choices(formats).default('table'));
}
