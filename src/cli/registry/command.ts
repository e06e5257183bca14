// `panfed registry`: the contract for a lab that has only a catalog file. `serve` follows the edits of its file.
import { Command } from 'commander';
import { readBounded } from '../../config/bounded-file.ts';
import { isLoopbackHost } from '../../config/loopback.ts';
import { type Environment, readSecret } from '../../config/secrets.ts';
import { FederationError } from '../../model/errors.ts';
import { fingerprintOf } from '../../policy/activation/file-fingerprint.ts';
import type { CheckedCatalog, RegistryServer } from '../../registry-server/server.ts';
import { reportFailure } from '../failure.ts';
import { followFile } from '../follow-file.ts';
import { HANG_UP, stopSignal } from '../stop-signal.ts';
import { numbered } from '../terminal/numbered.ts';
import { goOnWithoutReaders, type Output, processOutput } from '../terminal/output.ts';
import { registryCheckCommand } from './check.ts';
import { findingsReport } from './report.ts';

/** What the command uses of its process. */
export interface RegistryProcess {
  readonly env: Environment;
  readonly output: Output;
  /** Aborts when the process is asked to end. */
  readonly stop: AbortSignal;
  /** Milliseconds between two checks of the catalog that is served; 1,000 by default. */
  readonly interval?: number;
}

interface ServeOptions {
  readonly host?: string;
  readonly port?: string;
  readonly tokenFile?: string;
  readonly extension?: string;
  readonly facility?: string;
}

const DEFAULT_PORT = '4100';

/**
 * `panfed registry` with `serve` and `check`. `of` gives the process of `serve`, which runs until it is
 * stopped; `output` is that of `check`, which a signal ends at once; both are this process's by default.
 * `serve` listens at 127.0.0.1, port 4100, unless said, and rejects with USAGE for a wrong port and where it
 * would listen beyond loopback without a token, as {@link checkRegistryCatalog}, {@link servable} and
 * {@link createRegistryServer} do (CATALOG_INVALID, CONFIG_INVALID, PORT_TAKEN), and with CONFIG_INVALID for
 * a token or a schema (1 MiB) that cannot be read.
 */
export function registryCommand(
  of: () => RegistryProcess = thisProcess,
  output: () => Output = processOutput,
): Command {
  const serve = new Command('serve')
    .description('serve a catalog file as a registry of the federation')
    .argument('<catalog>', 'a .yaml, .json or .ndjson file of images')
    .option('--host <host>', 'address to listen on (HOST; 127.0.0.1 unless said)')
    .option('--port <port>', `port to listen on, 0 for a free one (PORT; ${DEFAULT_PORT} unless said)`)
    .option('--token-file <path>', 'file of the bearer token that requests must carry')
    .option('--extension <path>', 'SDL of the fields that the catalog adds to Image')
    .option('--facility <id>', 'the facility whose catalog it is, if the file does not name it')
    .addHelpText(
      'after',
      '\nExamples:\n  $ panfed registry serve images.yaml\n  $ panfed registry serve images.ndjson --facility esrf --host 0.0.0.0 --token-file token',
    )
    .action((catalog: string, options: ServeOptions) => serveCatalog(catalog, options, of()));
  return new Command('registry')
    .description('a facility’s own registry')
    .addCommand(registryCheckCommand(output))
    .addCommand(serve);
}

async function serveCatalog(path: string, options: ServeOptions, registryProcess: RegistryProcess) {
  const { env, output, stop, interval } = registryProcess;
  // Imported here, since every other command would wait for the server to be loaded.
  const { checkRegistryCatalog, createRegistryServer, servable } = await import(
    '../../registry-server/server.ts'
  );
  const host = options.host ?? (env.HOST || '127.0.0.1');
  const port = portOf(options.port ?? (env.PORT || DEFAULT_PORT));
  if (!isLoopbackHost(host) && options.tokenFile === undefined) {
    throw new FederationError(
      'USAGE',
      `${host} is not loopback, and without a token everyone could read the catalog`,
      {
        at: '--host',
        hint: 'Give --token-file PATH, and the same token to the federation’s operator.',
      },
    );
  }
  const token =
    options.tokenFile === undefined
      ? null
      : await readSecret({ file: options.tokenFile }, env, process.cwd());
  const extension = options.extension === undefined ? null : await readSchema(options.extension);
  const read = await fingerprintOf(path);
  const checked = await checkRegistryCatalog(path, { facility: options.facility });
  const catalog = servable(path, checked);
  const server = await createRegistryServer({ catalog, extension, token, host, port });
  output.message(servedText(path, checked, output));
  output.data(`${server.url}\n`);
  await followFile({ path, read, stop, interval }, () =>
    serveEdited(path, catalog.facility, server, registryProcess),
  );
  output.message('stopping\n');
  await server.close();
}

/** Serves the file as it is now; if it is not valid, the catalog that was served before stays. */
async function serveEdited(
  path: string,
  facility: string,
  server: RegistryServer,
  { env, output, stop }: RegistryProcess,
): Promise<void> {
  const { checkRegistryCatalog, servable } = await import('../../registry-server/server.ts');
  try {
    const checked = await checkRegistryCatalog(path, { facility, signal: stop });
    server.replace(servable(path, checked));
    output.message(`the catalog has changed\n${servedText(path, checked, output)}`);
  } catch (error) {
    if (stop.aborted) return;
    reportFailure(error, output, env);
    output.message('the catalog served before stays until this one is mended\n');
  }
}

function servedText(path: string, checked: CheckedCatalog, output: Output): string {
  const count = checked.images.length;
  const summary = `${checked.name ?? checked.facility}: ${numbered(count, 'image')}\n`;
  return findingsReport(path, checked, 'table', output, 'message') + summary;
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new FederationError('USAGE', 'a port is a number from 0 to 65535', { at: '--port' });
}

/** As the gateway takes it. */
const SCHEMA_BYTES = 1_048_576;

async function readSchema(path: string): Promise<string> {
  try {
    return (await readBounded(path, SCHEMA_BYTES)).toString('utf8');
  } catch (cause) {
    throw new FederationError('CONFIG_INVALID', 'the extension’s schema cannot be read', { at: path, cause });
  }
}

function thisProcess(): RegistryProcess {
  const output = processOutput();
  const { signal, onHangUp } = stopSignal();
  goOnWithoutReaders();
  onHangUp(() => output.message(HANG_UP));
  return { env: process.env, output, stop: signal };
}
