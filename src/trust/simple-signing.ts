// cosign's classic payload, "simple signing": which image it is about, and which repository.
// https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
import { isObject } from '../model/json-object.ts';
import { repositoryText } from './exact-text.ts';
import { readJson } from './read-json.ts';
import type { Stated } from './statement.ts';

const TYPE = 'cosign container image signature';

/**
 * What the payload (cosign's simple signing) says of the image with this digest; null where it says nothing
 * of it, or is none. Never throws.
 */
export function readSimpleSigning(payload: Uint8Array, digest: string): Stated | null {
  const json = readJson(payload);
  const critical = isObject(json) ? json.critical : null;
  if (!isObject(critical) || critical.type !== TYPE || !isObject(critical.image)) return null;
  if (critical.image['docker-manifest-digest'] !== digest) return null;
  const { identity } = critical;
  const repository = isObject(identity) ? repositoryText(identity['docker-reference']) : null;
  return { statement: { kind: 'signature' }, provenance: null, repository };
}
