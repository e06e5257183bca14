// The address to listen on: flags override the environment, which overrides the file.
import { FederationError } from '../model/errors.ts';
import { checkGateway } from './check/gateway.ts';
import type { Config } from './schema.ts';
import type { Environment } from './secrets.ts';

/** Values as written on the command line; undefined: not given. */
export interface ListenFlags {
  readonly host?: string | undefined;
  readonly port?: string | number | undefined;
}

/**
 * The configuration with `federation.listen` from the flags, else from HOST and PORT; an empty variable
 * counts as unset. Throws USAGE for a bad flag, CONFIG_INVALID for a bad variable or a demo that would leave
 * loopback. Ports are 0 (a free one) to 65535; an empty `flags.host` is bad.
 */
export function applyOverrides(config: Config, flags: ListenFlags, env: Environment): Config {
  if (flags.host === '') {
    throw new FederationError('USAGE', 'an address to listen on is missing', {
      at: '--host',
      hint: 'To listen on all addresses of this machine, write 0.0.0.0 or ::.',
    });
  }
  const host = flags.host ?? (env.HOST || undefined) ?? config.federation.listen.host;
  const port =
    flags.port !== undefined
      ? parsePort(String(flags.port), '--port')
      : env.PORT
        ? parsePort(env.PORT, 'PORT')
        : config.federation.listen.port;
  const overridden: Config = {
    ...config,
    federation: { ...config.federation, listen: { ...config.federation.listen, host, port } },
  };
  const at = flags.host !== undefined ? '--host' : env.HOST ? 'HOST' : 'federation.listen.host';
  checkGateway(overridden, (_path, message, hint) => {
    throw new FederationError('CONFIG_INVALID', message, { at, hint });
  });
  return overridden;
}

function parsePort(text: string, at: string): number {
  if (/^[0-9]{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new FederationError(
    at.startsWith('--') ? 'USAGE' : 'CONFIG_INVALID',
    'a port is a number from 0 to 65535',
    {
      at,
      hint: '0 takes a free one.',
    },
  );
}
