// The identity of an image: repository, tags and digest by the grammars of the OCI distribution specification, and the
// id and reference that the gateway builds from them.
import { BOUNDS } from '../model/bounds.ts';
import { DIGEST_FORM, isDigest } from '../model/digest.ts';
import { isRepository, isTag } from '../model/oci-names.ts';
import { Broken, mistyped, readLine, readList, type Unproven } from './ingest/fields.ts';

/**
 * The names in an entry. Names that become part of references and commands are never corrected: a wrong one is refused.
 */
export interface Identity {
  readonly upstreamId: string | null;
  readonly repository: string;
  /** Sorted, each once. */
  readonly tags: readonly string[];
  readonly digest: string | null;
}

/** The place of a registry in the federation, from federation.yaml alone. */
export interface RegistryAddress {
  readonly facility: string;
  readonly registry: string;
  /** host[:port][/prefix] */
  readonly pull: string;
}

/** One image, named within the federation. */
export interface Name {
  readonly id: string;
  readonly reference: string;
  readonly tags: readonly string[];
}

/**
 * Throws {@link Broken} if a record claims another facility or registry: both come from federation.yaml, never from a
 * record.
 */
export function refuseClaims(node: Unproven, place: RegistryAddress): void {
  for (const field of ['facility', 'registry'] as const) {
    const claimed = node[field];
    if (claimed === undefined || claimed === null || claimed === place[field]) continue;
    throw mistyped(field, `none but ${JSON.stringify(place[field])}`, claimed);
  }
}

/**
 * The identity of an entry, its tags sorted and each once. Throws {@link Broken} if a name is not valid by the OCI
 * distribution specification, if the digest is not one of SHA-256 or SHA-512 (see {@link isDigest}), if there are more than
 * `BOUNDS.entryTags` (1,024) tags, if its own id has more than 1,024 UTF-16 units, or there is neither a digest nor a tag.
 */
export function readIdentity(node: Unproven): Identity {
  const repository = node.repository;
  if (typeof repository !== 'string') throw mistyped('repository', 'text', repository);
  if (!isRepository(repository)) {
    throw mistyped('repository', 'an OCI repository name', repository);
  }
  const tags = readList(node.tags, 'tags', BOUNDS.entryTags, readTag) ?? [];
  const digest = node.digest ?? null;
  if (digest !== null && !(typeof digest === 'string' && isDigest(digest))) {
    throw mistyped('digest', DIGEST_FORM, digest);
  }
  if (digest === null && tags.length === 0) {
    throw new Broken('neither a digest nor a tag: nothing says which image it is');
  }
  return {
    upstreamId: readLine(node.id, 'id', BOUNDS.upstreamId),
    repository,
    tags: [...new Set(tags)].sort(),
    digest,
  };
}

/**
 * The names of an entry, each with the image's id and OCI reference: one by digest; without a digest, one for each tag,
 * since tags may point to different images.
 */
export function namesOf(identity: Identity, place: RegistryAddress): Name[] {
  const named = (suffix: string, tags: readonly string[]): Name => ({
    id: `${place.facility}/${place.registry}/${identity.repository}${suffix}`,
    reference: `${place.pull}/${identity.repository}${suffix}`,
    tags,
  });
  if (identity.digest !== null) return [named(`@${identity.digest}`, identity.tags)];
  return identity.tags.map((tag) => named(`:${tag}`, [tag]));
}

/**
 * The ids that a refused entry probably means, as far as it can be read: to find other entries of the same image. At
 * most `BOUNDS.entryTags` (1,024); empty if the repository, or both digest and tags, cannot be read; never throws.
 */
export function idsMeant(node: unknown, place: RegistryAddress): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const { repository, digest, tags } = node as Record<string, unknown>;
  const name = meant(repository);
  if (name === null || !isRepository(name)) return [];
  const hash = meant(digest);
  const listed: readonly unknown[] = Array.isArray(tags) ? tags.slice(0, BOUNDS.entryTags) : [];
  const identity = {
    upstreamId: null,
    repository: name,
    tags: listed.filter((tag) => typeof tag === 'string').filter(isTag),
    digest: hash !== null && isDigest(hash) ? hash : null,
  };
  return namesOf(identity, place).map(({ id }) => id);
}

const meant = (name: unknown): string | null =>
  typeof name === 'string' && name.length <= 2 * BOUNDS.repository ? name.trim().toLowerCase() : null;

function readTag(value: unknown, at: string): string {
  if (typeof value !== 'string' || !isTag(value)) throw mistyped(at, 'an OCI tag', value);
  return value;
}
