// A registry's credential in a Docker configuration (`config.json`), as `docker login` and `podman login` write it.
// https://docs.docker.com/reference/cli/docker/login/#credential-stores
import { z } from 'zod';
import { readBounded } from '../../config/bounded-file.ts';
import { FederationError } from '../../model/errors.ts';
import { parseJson } from '../body.ts';
import { askCredentialHelper } from './credential-helper.ts';
import type { LoginSecret } from './registry-login.ts';

/** Bytes of the file. */
const MAX_BYTES = 1_048_576;

/** The name under which `docker login` keeps Docker Hub's credential, and gives it to helpers. */
const HUB_KEY = 'https://index.docker.io/v1/';

/** Names of Docker Hub's registry. */
const HUB_HOSTS: ReadonlySet<string> = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);

/** The user that says that the secret is an identity token. */
const IDENTITY_USER = '<token>';

const entrySchema = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
  registrytoken: z.string().optional(),
});

const configSchema = z.object({
  auths: z.record(z.string(), entrySchema).optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
  credsStore: z.string().optional(),
});

/**
 * The credential that a Docker configuration has for a registry: of the helper that `credHelpers` names for
 * it, else of `credsStore`, else of `auths`. Where `credHelpers` names a helper for it, only that one is
 * asked, and null is what it does not hold; what `credsStore` does not hold is looked for in `auths`. null:
 * it has none. A relative path starts at the working directory. Rejects with CONFIG_INVALID where the file is
 * larger than 1 MiB, where it or its entry cannot be read, or as {@link askCredentialHelper} does.
 */
export async function readDockerLogin(path: string, registry: URL): Promise<LoginSecret | null> {
  const config = await readConfig(path);
  const name = registryName(registry.host);
  const isItsKey = (key: string): boolean => registryName(hostOf(key)) === name;
  const own = Object.entries(config.credHelpers ?? {}).find(([key]) => isItsKey(key));
  const stored = Object.entries(config.auths ?? {}).filter(([key]) => isItsKey(key));
  const server = name === registryName('docker.io') ? HUB_KEY : (own?.[0] ?? stored[0]?.[0] ?? registry.host);
  const helper = own?.[1] ?? config.credsStore;
  if (helper !== undefined && helper !== '') {
    const held = await askCredentialHelper(helper, server);
    if (held !== null) return userSecret(held.username, held.secret);
    if (own !== undefined) return null;
  }
  for (const [, entry] of stored) {
    const secret = entrySecret(entry, path);
    if (secret !== null) return secret;
  }
  return null;
}

async function readConfig(path: string): Promise<z.infer<typeof configSchema>> {
  let bytes: Buffer;
  try {
    bytes = await readBounded(path, MAX_BYTES);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new FederationError(
      'CONFIG_INVALID',
      `the Docker configuration ${path} cannot be read (${reason})`,
      {
        hint: 'Check the path and that this user may read it.',
      },
    );
  }
  try {
    return configSchema.parse(parseJson(bytes));
  } catch {
    // Its content is secret.
    throw new FederationError('CONFIG_INVALID', `the Docker configuration ${path} is not one`);
  }
}

/** The host and port of a key: `host`, `host/path` or a URL. */
const hostOf = (key: string): string =>
  key
    .replace(/^https?:\/\//, '')
    .replace(/\/.*$/s, '')
    .toLowerCase();

/** One name for all that mean the same registry. */
const registryName = (host: string): string =>
  HUB_HOSTS.has(host) ? 'docker.io' : host.replace(/:443$/, '');

function entrySecret(entry: z.infer<typeof entrySchema>, path: string): LoginSecret | null {
  if (entry.identitytoken) return { kind: 'identity', token: entry.identitytoken };
  if (entry.registrytoken) return { kind: 'token', token: entry.registrytoken };
  if (entry.auth) {
    const text = Buffer.from(entry.auth, 'base64').toString('utf8');
    const colon = text.indexOf(':');
    if (colon === -1) {
      throw new FederationError(
        'CONFIG_INVALID',
        `an entry of the Docker configuration ${path} is not base64 of user:password`,
      );
    }
    // Docker ends the password with NUL bytes in some versions.
    return userSecret(text.slice(0, colon), text.slice(colon + 1).replace(/\0+$/, ''));
  }
  return entry.username && entry.password ? userSecret(entry.username, entry.password) : null;
}

const userSecret = (username: string, secret: string): LoginSecret =>
  username === IDENTITY_USER
    ? { kind: 'identity', token: secret }
    : { kind: 'password', username, password: secret };
