// Every secret that is named must be there before anything starts; what it is stays out of every message.
import { FederationError } from '../model/errors.ts';
import { pathText } from './explain.ts';
import { readPolicyKey } from './policy-key.ts';
import { policySourceOf } from './policy-source.ts';
import type { Report } from './problem.ts';
import type { Config } from './schema.ts';
import type { SecretReference } from './secret.ts';
import { type Environment, isBearerToken, readSecret } from './secrets.ts';

/** Bytes of `federation.secret`: as many as the hash of its MAC has (RFC 2104, section 3). */
const LEAST = 32;

export async function checkSecrets(config: Config, env: Environment, report: Report): Promise<void> {
  for (const [path, reference] of secretsOf(config)) {
    try {
      const secret = await readSecret(reference, env, config.baseDirectory);
      if (path.join('.') === 'federation.secret' && Buffer.byteLength(secret) < LEAST) {
        report(
          path,
          `federation.secret has fewer than ${LEAST} bytes`,
          'Make one with: openssl rand -base64 48',
        );
      }
      if (isToken(path) && !isBearerToken(secret)) {
        report(
          path,
          `${pathText(path)} is no bearer token: it has characters that RFC 6750 does not allow`,
          'Check what holds it for spaces, quotes and line breaks, and leave out the word Bearer.',
        );
      }
    } catch (error) {
      if (!(error instanceof FederationError)) throw error;
      report(path, error.message, error.hint);
    }
  }
}

/** All but the key of the cursors are sent, or expected, in an Authorization header. */
const isToken = (path: readonly PropertyKey[]): boolean => path[0] !== 'federation';

/** The keys that the labs' policies are signed with: each must be there, and fit for its algorithm. */
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
    [['telemetry', 'metrics', 'token'], config.telemetry.metrics?.token],
    [['telemetry', 'decisionLog', 'http', 'token'], config.telemetry.decisionLog?.http?.token],
    ...config.issuers.map(({ token }, index): [PropertyKey[], SecretReference | undefined] => [
      ['issuers', index, 'token'],
      token,
    ]),
    ...config.facilities.flatMap(({ registries }, index) =>
      registries.map(({ token }, at): [PropertyKey[], SecretReference | undefined] => [
        ['facilities', index, 'registries', at, 'token'],
        token,
      ]),
    ),
    ...config.facilities.map((facility, index): [PropertyKey[], SecretReference | undefined] => [
      ['facilities', index, 'policy', 'token'],
      policySourceOf(facility)?.token,
    ]),
  ];
  return found.filter((each): each is [PropertyKey[], SecretReference] => each[1] !== undefined);
}
