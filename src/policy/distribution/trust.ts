// The key and scope that federation.yaml trusts for each lab's policy, and the mark of them in a record.
import { calculateJwkThumbprint, exportJWK } from 'jose';
import { readPolicyKey } from '../../config/policy-key.ts';
import { policyScopeOf, policySourceOf } from '../../config/policy-source.ts';
import type { Config } from '../../config/schema.ts';
import type { Environment } from '../../config/secrets.ts';
import type { SourceTrust } from './signature.ts';
import type { TrustMark } from './state/state.ts';

/**
 * The trust of each facility that has a source, by id, in federation.yaml's order; empty where none has. Rejects as
 * {@link readPolicyKey} does, with CONFIG_INVALID if a key cannot be read or used.
 */
export async function readTrusts(
  { facilities, baseDirectory }: Pick<Config, 'facilities' | 'baseDirectory'>,
  env: Environment,
): Promise<ReadonlyMap<string, SourceTrust>> {
  const trusts = new Map<string, SourceTrust>();
  for (const facility of facilities) {
    const source = policySourceOf(facility);
    if (source === null) continue;
    const { algorithm, keyId } = source;
    const key = await readPolicyKey(source, env, baseDirectory);
    const scope = policyScopeOf(facility);
    trusts.set(facility.id, { owner: facility.id, algorithm, key, keyId, scope });
  }
  return trusts;
}

/**
 * The trust with the key's thumbprint (RFC 7638, with SHA-256), which does not reveal the key: a secret has 32 random
 * bytes or more. Never rejects for a key of {@link readTrusts}.
 */
export async function markOf({ algorithm, key, keyId, scope }: SourceTrust): Promise<TrustMark> {
  const thumbprint = await calculateJwkThumbprint(await exportJWK(key));
  return { algorithm, keyId, scope, thumbprint };
}
