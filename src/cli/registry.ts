// `panfed registry serve`: the contract for a lab that has only a catalog file.
import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { isLoopbackHost } from '../config/loopback.ts';
import { type Environment, readSecret } from '../config/secrets.ts';
import { FederationError } from '../model/errors.ts';
import { aborted } from './aborted.ts';
import { type Output, processOutput } from './output.ts';

/** What the command has of its process. */
export interface RegistryProcess {
  readonly env: Environment;
  readonly output: Output;
  /** Aborts when the process is asked to end. */
  readonly stop: AbortSignal;
}

interface ServeOptions {
  readonly host?: string;
  readonly port?: string;
  readonly tokenFile?: string;
  readonly extension?: string;
  readonly facility?: string;
}

const DEFAULT_PORT = '4100';

export function registryCommand(of: () => RegistryProcess = thisProcess): Command {
  const serve = new Command('serve')
    .description('serve a catalog file as a registry of the federation')
    .argument('<catalog>', 'a .yaml, .json or .ndjson file of images')
    .option('--host <host>', 'address to listen on (HOST; 127.0.0.1 unless said)')
    .option('--port <port>', `port to listen on, 0 for a free one (PORT; ${DEFAULT_PORT} unless said)`)
    .option('--token-file <path>', 'file of the bearer token that requests must carry')
    .option('--extension <path>', 'SDL of the fields that the catalog adds to Image')
    .option('--facility <id>', 'whose catalog it is, where the file does not say')
    .action((catalog: string, options: ServeOptions) => serveCatalog(catalog, options, of()));
  return new Command('registry').description('a facility’s own registry').addCommand(serve);
}

async function serveCatalog(path: string, options: ServeOptions, { env, output, stop }: RegistryProcess) {
  // Here and not above: every other command would wait for the server to be loaded.
  const { createRegistryServer, loadRegistryCatalog } = await import('../http/registry.ts');
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
  const catalog = await loadRegistryCatalog(path, { facility: options.facility });
  const server = await createRegistryServer({ catalog, extension, token, host, port });
  const count = catalog.images.length;
  output.message(`${catalog.name}: ${count === 1 ? '1 image' : `${count} images`}\n`);
  output.data(`${server.url}\n`);
  await aborted(stop);
  output.message('stopping\n');
  await server.close();
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new FederationError('USAGE', 'a port is a number from 0 to 65535', { at: '--port' });
}

async function readSchema(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new FederationError('CONFIG_INVALID', 'the extension’s schema cannot be read', { at: path, cause });
  }
}

function thisProcess(): RegistryProcess {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return { env: process.env, output: processOutput(), stop: controller.signal };
}
