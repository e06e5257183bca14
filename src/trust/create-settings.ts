// From `facilities[].trust` of federation.yaml to the settings of a facility: keys and roots are read once, at the start.
import { createHash } from 'node:crypto';
import { globMatcher } from '../config/glob.ts';
import { readNamedJson, readNamedText } from '../config/named-file.ts';
import type { SecretReference } from '../config/secret.ts';
import type { TrustConfig } from '../config/trust.ts';
import { FederationError } from '../model/errors.ts';
import { readPublicKey } from './public-key.ts';
import { readTrustRoots, type TrustMaterial, type TrustRoots } from './roots.ts';
import type { PinnedKey, TrustSettings } from './settings.ts';

/** Counts up with each change of what verification finds: results of another version are found anew. */
const VERSION = 2;

/** Bytes of a trusted root or of a trust store. */
const MAX_ROOT_BYTES = 4_194_304;
const ROOT_HINT = 'Give Sigstore’s trusted root, such as cosign trusted-root create writes.';

export interface TrustReading {
  /** The whole value of a reference of federation.yaml; rejects with CONFIG_INVALID. */
  readonly readWhole: (reference: SecretReference) => Promise<string>;
  /** Where relative paths begin. */
  readonly baseDirectory: string;
  /** The public key (PEM) that a demo has for a name; left out: there is no demo. */
  readonly demoKey?: ((name: string) => string) | undefined;
}

/**
 * The trust settings of a facility, by its id for messages. Rejects with CONFIG_INVALID where a file cannot
 * be read, or is not what its key says: a private key, a certificate for a key, no trusted root; where a root
 * or trust store has more than 4 MiB; and as {@link readTrustRoots} throws it.
 */
export async function createTrustSettings(
  facility: string,
  trust: TrustConfig,
  reading: TrustReading,
): Promise<TrustSettings> {
  const at = `facilities.${facility}.trust`;
  const keys = new Map<string, PinnedKey[]>();
  const pems = new Map<string, string>();
  for (const [index, key] of trust.keys.entries()) {
    const pem = await pemOf(key, reading);
    const { fingerprint } = readPublicKey(pem, `${at}.keys[${index}]`);
    const pinned = {
      name: key.name,
      notAfter: key.notAfter === undefined ? null : Date.parse(key.notAfter),
      isRevoked: key.revoked,
    };
    keys.set(fingerprint, [...(keys.get(fingerprint) ?? []), pinned]);
    pems.set(fingerprint, pem);
  }
  const fileAt = (path: string, key: string) => ({
    ...{ path, baseDirectory: reading.baseDirectory, maxBytes: MAX_ROOT_BYTES, at: key },
  });
  const material: TrustMaterial = {
    keys: [...pems].sort(byFingerprint).map(([fingerprint, pem]) => ({ fingerprint, pem })),
    notation:
      trust.notation === undefined
        ? []
        : [await readNamedText(fileAt(trust.notation.store, `${at}.notation.store`))],
    sigstore:
      trust.root === undefined ? null : await readNamedJson(fileAt(trust.root, `${at}.root`), ROOT_HINT),
  };
  const roots = rootsOf(material, at);
  const required = trust.require.map(globMatcher);
  return {
    isRequired: (repository) => required.some((matches) => matches(repository)),
    keys,
    identities: trust.identities,
    authorities: new Set(roots.sigstore?.authorities.map(({ fingerprint }) => fingerprint)),
    notation: trust.notation === undefined ? null : { name: trust.notation.name, roots: roots.notation },
    builders: trust.builders === undefined ? null : new Set(trust.builders),
    material,
    hash: createHash('sha256')
      .update(
        JSON.stringify([
          VERSION,
          material.keys.map(({ fingerprint }) => fingerprint),
          material.notation,
          material.sigstore,
        ]),
      )
      .digest('base64'),
  };
}

function pemOf({ name, file, env = '', demo }: TrustConfig['keys'][number], reading: TrustReading) {
  if (demo === true) return reading.demoKey?.(name) ?? '';
  return reading.readWhole(file === undefined ? { env } : { file });
}

/** The places of the material, as federation.yaml has them. */
const PLACES: readonly (readonly [RegExp, string])[] = [
  [/^notation\[\d+\]/, 'notation.store'],
  [/^sigstore/, 'root'],
];

function rootsOf(material: TrustMaterial, at: string): TrustRoots {
  try {
    return readTrustRoots(material);
  } catch (error) {
    if (!(error instanceof FederationError)) throw error;
    const { code, message, hint, at: inside = '' } = error;
    const place = PLACES.reduce((text, [from, to]) => text.replace(from, to), inside);
    throw new FederationError(code, message, {
      ...{ at: `${at}.${place}`, cause: error },
      ...(hint !== undefined && { hint }),
    });
  }
}

const byFingerprint = ([one]: [string, string], [other]: [string, string]): number => (one < other ? -1 : 1);
