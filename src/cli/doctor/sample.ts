// Reads a sample of a registry's images as a crawl does: the digest by HEAD, the manifest, one platform's configuration.

import { FederationError } from '../../model/errors.ts';
import { NO_ATTACHMENTS } from '../../model/image.ts';
import { type Documents, documentsOf } from '../../sources/oci/document.ts';
import { imageOf } from '../../sources/oci/image.ts';
import { readBy } from '../../sources/oci/labels.ts';
import { nodesOf } from '../../sources/oci/node.ts';
import { NotYet } from '../../sources/oci/not-yet.ts';
import type { CrawledRegistry } from '../../sources/oci/registry.ts';
import { Gone, reasonOf } from '../../sources/oci/unusable.ts';
import type { TagList } from './tags.ts';

/** What became of one tag. */
export interface Sampled {
  /** `<repository>:<tag>` */
  readonly name: string;
  readonly repository: string;
  readonly digest: string | null;
  /** In the shape that ingest reads; null: it is no container image, or cannot be used. */
  readonly node: unknown;
  /** Why it cannot be used; null: it can, or it is no container image, or is gone. */
  readonly reason: string | null;
  /** Whether the tag is listed, and leads to nothing. */
  readonly isGone: boolean;
}

export interface Sample {
  readonly images: readonly Sampled[];
  /** Why the rest was not read; null: all was. */
  readonly ended: string | null;
}

/** Repositories of the sample: at most `count`, evenly from the whole list; all where there are no more. */
export function sampledRepositories(names: readonly string[], count: number): readonly string[] {
  if (names.length <= count) return names;
  return Array.from({ length: count }, (_, at) => names[Math.floor((at * names.length) / count)] ?? '');
}

/**
 * At most `count` pairs of repository and tag: the last tags of each repository by turns, since most versions
 * that are used are late ones.
 */
export function sampledTags(
  lists: readonly TagList[],
  count: number,
): readonly (readonly [string, string])[] {
  const chosen: (readonly [string, string])[] = [];
  const most = Math.max(0, ...lists.map(({ tags }) => tags.length));
  for (let turn = 1; turn <= most && chosen.length < count; turn += 1) {
    for (const { repository, tags } of lists) {
      const tag = tags.at(-turn);
      if (turn <= tags.length && tag !== undefined && chosen.length < count) chosen.push([repository, tag]);
    }
  }
  return chosen;
}

/**
 * Reads the tags, pairs of repository and tag, one after another, each with one platform at most. `ended`
 * says why the rest was not read where no more requests are sent (LIMIT_EXCEEDED, RATE_LIMITED). Rejects with
 * what is no failure of one answer, such as SOURCE_TIMEOUT.
 */
export async function readSample(
  registry: CrawledRegistry,
  tags: readonly (readonly [string, string])[],
): Promise<Sample> {
  const images: Sampled[] = [];
  for (const [repository, tag] of tags) {
    try {
      images.push(await readOne(registry, repository, tag));
    } catch (error) {
      const ended = endOf(error);
      if (ended === null) throw error;
      return { images, ended };
    }
  }
  return { images, ended: null };
}

/** Why no further image is read; null: it is another failure. */
function endOf(error: unknown): string | null {
  if (error instanceof NotYet) return 'the registry answers no more requests';
  const isEnd = error instanceof FederationError && ['LIMIT_EXCEEDED', 'RATE_LIMITED'].includes(error.code);
  return isEnd ? error.message : null;
}

async function readOne(registry: CrawledRegistry, repository: string, tag: string): Promise<Sampled> {
  const documents = documentsOf(registry, repository);
  const known = { name: `${repository}:${tag}`, repository, node: null, reason: null, isGone: false };
  let digest: string | null = null;
  try {
    digest = await documents.digestOfTag(tag);
    const image = await imageOf(digest, onePlatform(documents, digest), {
      signal: registry.signal,
      facility: registry.facility,
      policyLabels: new Set(),
      maxManifests: registry.limits.oci.manifests,
      rest: async () => undefined,
    });
    if (image === null) return { ...known, digest };
    const [node = null] = nodesOf(
      { repository, digest, tags: [tag], attachments: NO_ATTACHMENTS, isSaidSigned: false },
      image,
      readBy(new Set()),
    );
    return { ...known, digest, node };
  } catch (error) {
    if (error instanceof Gone) return { ...known, digest, isGone: true };
    const reason = reasonOf(error);
    if (reason === null) throw error;
    return { ...known, digest, reason };
  }
}

/** Documents without the platforms behind the first: an index of ten would take all the requests. */
function onePlatform(documents: Documents, digest: string): Documents {
  let isRead = false;
  return {
    ...documents,
    async manifest(asked) {
      if (isRead && asked !== digest) throw new Gone();
      return documents.manifest(asked);
    },
    async blob(asked, size) {
      isRead = true;
      return documents.blob(asked, size);
    },
  };
}
