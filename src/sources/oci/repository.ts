// One repository of a crawl: its tags, by the digests that they point to, and a node for each image.
import pLimit from 'p-limit';
import type { FederationError } from '../../model/errors.ts';
import { MalformedNode } from '../source.ts';
import { IMAGES_AT_ONCE } from './bounds.ts';
import { documentsOf } from './document.ts';
import { imageOf } from './image.ts';
import type { IsRead } from './labels.ts';
import type { ListedTag, Listing } from './listing.ts';
import { nodesOf } from './node.ts';
import { NotYet } from './not-yet.ts';
import type { Reading } from './reading.ts';
import { CrawlExceeded, type CrawledRegistry } from './registry.ts';
import { tagsOf } from './tags.ts';
import { Gone, reasonOf } from './unusable.ts';

/** What a repository has. */
export interface RepositoryNodes {
  /** Of images, and of what is to be quarantined. */
  readonly nodes: readonly unknown[];
  /** What the registry answered that could be used: a list of tags, or a document. */
  readonly usable: number;
  /** The first failure because of which something is quarantined; null: there was none. */
  readonly failure: unknown;
}

export interface RepositoryContext {
  readonly registry: CrawledRegistry;
  readonly listing: Listing;
  readonly reading: Reading;
  readonly isRead: IsRead;
  /** Whether federation.yaml names it: it is missed then. */
  readonly isNamed: boolean;
}

/**
 * Never rejects for one tag or image that cannot be used, nor for the repository itself: they are malformed nodes. What
 * is deleted meanwhile, or left to the next crawl, is no node. Rejects for what concerns the whole registry, and where the crawl exceeds its bounds.
 */
export async function repositoryNodes(
  repository: string,
  { registry, listing, reading, isRead, isNamed }: RepositoryContext,
): Promise<RepositoryNodes> {
  const nodes: unknown[] = [];
  let usable = 0;
  let failure: unknown = null;

  /** Runs the work; what it fails with is quarantined under the name, if it concerns that alone. */
  async function attempt(name: string, node: object, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof Gone) return;
      if (error instanceof NotYet) {
        registry.remainder.leave();
        return;
      }
      const reason = error instanceof CrawlExceeded ? null : reasonOf(error);
      if (reason === null) throw error;
      failure ??= error;
      nodes.push(new MalformedNode(name, reason, node));
    }
  }

  const documents = documentsOf(registry, repository);
  const tagsByDigest = new Map<string, string[]>();

  async function readTag({ tag, digest: stated }: ListedTag): Promise<void> {
    await attempt(`${repository}:${tag}`, { repository, tags: [tag] }, async () => {
      const digest = stated ?? (await documents.digestOfTag(tag));
      usable += 1;
      const tags = tagsByDigest.get(digest);
      if (tags === undefined) tagsByDigest.set(digest, [tag]);
      else tags.push(tag);
    });
  }

  async function readImage(digest: string, tags: readonly string[], isSigned: boolean): Promise<void> {
    const named = { repository, digest, tags: [...tags].sort(), isSigned };
    await attempt(`${repository}@${digest}`, { repository, digest }, async () => {
      const image = await imageOf(digest, documents, reading);
      usable += 1;
      if (image !== null) nodes.push(...nodesOf(named, image, isRead));
    });
  }

  await attempt(repository, { repository }, async () => {
    const found = await tagsOf(registry, listing, repository);
    if (found === null) {
      if (isNamed) nodes.push(new MalformedNode(repository, NOT_THERE, { repository }));
      return;
    }
    usable += 1;
    if (found.doubt !== null) nodes.push(new MalformedNode(repository, found.doubt, { repository }));
    await Promise.all(found.tags.map(readTag));
    const inTurn = pLimit(IMAGES_AT_ONCE);
    await Promise.all(
      [...tagsByDigest].map(([digest, tags]) =>
        inTurn(() => readImage(digest, tags, found.signed.has(digest))),
      ),
    );
  });
  return { nodes, usable, failure: failure as FederationError | null };
}

const NOT_THERE = 'the registry has no such repository, or none that its credential may see';
