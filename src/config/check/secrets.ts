// Every secret that federation.yaml names must exist before anything starts. No message repeats one.
import { FederationError } from '../../model/errors.ts';
import { pathText } from '../explain.ts';
import { readPolicyKey } from '../policy-key.ts';
import { policySourceOf } from '../policy-source.ts';
import type { Report } from '../problem.ts';
import type { Config } from '../schema.ts';
import type { SecretReference } from '../secret.ts';
import { type Environment, isBearerToken, readSecret } from '../secrets.ts';
import { requireStoreAddress } from '../store-address.ts';
import { requireWebhookSecret } from '../webhook.ts';

/** Bytes of `federation.secret`, at least: the length of its MAC’s hash (RFC 2104, section 3). */
const MIN_SECRET_BYTES = 32;

/**
 * Reports each secret that {@link readSecret} refuses, a `federation.secret` of fewer than 32 bytes, an
 * address of a store that is none, a secret of a webhook that {@link requireWebhookSecret} refuses, and a
 * token that cannot be sent as a bearer token (RFC 6750). Reads environment variables and files. Never
 * rejects: what is wrong is reported.
 */
export async function checkSecrets(config: Config, env: Environment, report: Report): Promise<void> {
  for (const [path, reference] of secretsOf(config)) {
    try {
      const secret = await readSecret(reference, env, config.baseDirectory);
      if (path.join('.') === 'federation.secret' && Buffer.byteLength(secret) < MIN_SECRET_BYTES) {
        report(
          path,
          `federation.secret has fewer than ${MIN_SECRET_BYTES} bytes`,
          'Make one with: openssl rand -base64 48',
        );
      }
      if (path[0] === 'store') requireStoreAddress(secret);
      if (path.at(-2) === 'webhook') requireWebhookSecret(secret, pathText(path));
      if (isToken(path) && !isBearerToken(secret)) {
        report(
          path,
          `${pathText(path)} is not a bearer token: it has characters that RFC 6750 does not allow`,
          'Check its variable or file for spaces, quotes and line breaks, and leave out the word Bearer.',
        );
      }
    } catch (error) {
      if (!(error instanceof FederationError)) throw error;
      report(path, error.message, error.hint);
    }
  }
}

/** Secrets that are no bearer token: the key of the cursors, the address of the store, passwords, and those of clients and webhooks. */
const isToken = (path: readonly PropertyKey[]): boolean =>
  path[0] !== 'federation' &&
  path[0] !== 'store' &&
  path.at(-1) !== 'password' &&
  path.at(-1) !== 'clientSecret' &&
  path.at(-2) !== 'webhook';

/**
 * Reports each key of a lab’s signed policy that is missing, unreadable or unfit for its algorithm (RFC
 * 7518), as {@link readPolicyKey} finds it. Never rejects: what is wrong is reported.
 */
export async function checkPolicyKeys(config: Config, env: Environment, report: Report): Promise<void> {
  for (const [index, facility] of config.facilities.entries()) {
    const policy = policySourceOf(facility);
    if (policy === null) continue;
    try {
      await readPolicyKey(policy, env, config.baseDirectory);
    } catch (error) {
      if (!(error instanceof FederationError)) throw error;
      report(['facilities', index, 'policy', 'key'], error.message, error.hint);
    }
  }
}

function secretsOf(config: Config): [readonly PropertyKey[], SecretReference][] {
  const found: [readonly PropertyKey[], SecretReference | undefined][] = [
    [['federation', 'secret'], config.federation.secret],
    [['store', 'postgres'], config.store === 'none' ? undefined : config.store?.postgres],
    [['telemetry', 'metrics', 'token'], config.telemetry.metrics?.token],
    [['telemetry', 'decisionLog', 'http', 'token'], config.telemetry.decisionLog?.http?.token],
    ...config.issuers.map(({ token }, index): [PropertyKey[], SecretReference | undefined] => [
      ['issuers', index, 'token'],
      token,
    ]),
    ...config.facilities.flatMap(({ registries }, index) =>
      registries.flatMap(
        ({ token, credential, webhook }, at): [PropertyKey[], SecretReference | undefined][] => {
          const path = ['facilities', index, 'registries', at];
          return [
            [[...path, 'token'], token],
            [[...path, 'credential', 'token'], credential?.token],
            [[...path, 'credential', 'password'], credential?.password],
            [[...path, 'webhook', 'secret'], webhook?.secret],
          ];
        },
      ),
    ),
    ...config.facilities.flatMap(({ dataCatalogs }, index) =>
      dataCatalogs.map(({ tokenExchange }, at): [PropertyKey[], SecretReference | undefined] => [
        ['facilities', index, 'dataCatalogs', at, 'tokenExchange', 'clientSecret'],
        tokenExchange?.clientSecret,
      ]),
    ),
    ...config.facilities.map((facility, index): [PropertyKey[], SecretReference | undefined] => [
      ['facilities', index, 'policy', 'token'],
      policySourceOf(facility)?.token,
    ]),
  ];
  return found.filter((each): each is [PropertyKey[], SecretReference] => each[1] !== undefined);
}
