// Reads a registry's credential, from federation.yaml's secrets or a Docker configuration, and again after some time:
// files and helpers change while the gateway runs.
import { resolve } from 'node:path';
import type { RegistryCredential } from '../../config/registry-access.ts';
import type { SecretReference } from '../../config/secret.ts';
import { isBearerToken } from '../../config/secrets.ts';
import type { MonotonicClock } from '../../model/clock.ts';
import { FederationError } from '../../model/errors.ts';
import { readDockerLogin } from './docker-config.ts';
import { type LoginSecret, RegistryLogin } from './registry-login.ts';

export interface LoginReaderOptions {
  readonly registry: URL;
  /** null: the registry is asked without a credential. */
  readonly credential: RegistryCredential | null;
  /** The value of a secret that federation.yaml refers to. */
  readonly secret: (reference: SecretReference) => Promise<string>;
  /** Where relative paths start. */
  readonly baseDirectory: string;
  readonly clock: MonotonicClock;
}

export interface LoginReader {
  /** The credential, the same object as long as it is the same; null: there is none. Rejects with SOURCE_REFUSED where it cannot be read now. */
  read(): Promise<RegistryLogin | null>;
  /** It was refused: it is read again the next time, if it was read some time ago. */
  forget(): void;
}

/** Milliseconds after which it is read again, and, where it was refused, from which on. */
const KEPT = { longest: 300_000, refused: 10_000 } as const;

/**
 * Reads the credential at the first call of `read`, and again after 300,000 ms, or from 10,000 ms on where it
 * was refused or could not be read. Its `read` rejects with SOURCE_REFUSED where a secret or
 * {@link readDockerLogin} fails, or a token is no bearer token (RFC 6750).
 */
export function createLoginReader(options: LoginReaderOptions): LoginReader {
  const { registry, credential, clock } = options;
  let known: RegistryLogin | null = null;
  let last: { readonly login: Promise<RegistryLogin | null>; readonly at: number } | null = null;

  async function readNow(): Promise<RegistryLogin | null> {
    if (credential === null) return null;
    try {
      const secret = await readSecretOf(credential, options);
      const login = secret === null ? null : new RegistryLogin(registry, secret);
      if (login === null || known === null || !known.equals(login)) known = login;
      return known;
    } catch (cause) {
      const hint = cause instanceof FederationError ? (cause.hint ?? cause.message) : undefined;
      throw new FederationError('SOURCE_REFUSED', 'the credential of the registry cannot be read', {
        cause,
        hint,
      });
    }
  }

  return {
    read() {
      const now = clock.monotonic();
      if (last !== null && now - last.at < KEPT.longest) return last.login;
      const login = readNow();
      last = { login, at: now };
      // What cannot be read is not kept for as long.
      login.catch(() => {
        if (last?.login === login) last = { login, at: now - KEPT.longest + KEPT.refused };
      });
      return login;
    },
    forget() {
      if (last !== null && clock.monotonic() - last.at >= KEPT.refused) last = null;
    },
  };
}

async function readSecretOf(
  credential: RegistryCredential,
  { registry, secret, baseDirectory }: LoginReaderOptions,
): Promise<LoginSecret | null> {
  if (credential.dockerConfig !== undefined) {
    return readDockerLogin(resolve(baseDirectory, credential.dockerConfig), registry);
  }
  if (credential.token !== undefined) {
    const token = await secret(credential.token);
    if (isBearerToken(token)) return { kind: 'token', token };
    throw new FederationError('CONFIG_INVALID', 'the token of the registry is not a bearer token');
  }
  const { username, password } = credential;
  if (username === undefined || password === undefined) return null;
  return { kind: 'password', username, password: await secret(password) };
}
