// One repository of a crawl: its tags, by the digests that they point to, and a node for each image.
import pLimit from 'p-limit';
import { BOUNDS } from '../../model/bounds.ts';
import { ATTACHMENT_KINDS, type AttachmentReference, type Attachments } from '../../model/image.ts';
import { paced, preparing } from '../../model/pace.ts';
import { MalformedNode, type Vouching } from '../source.ts';
import { IMAGES_AT_ONCE } from './bounds.ts';
import { documentsOf } from './document.ts';
import { imageOf } from './image.ts';
import type { IsRead } from './labels.ts';
import type { ListedTag, Listing } from './listing.ts';
import { namedSboms } from './named-sboms.ts';
import { nodesOf } from './node.ts';
import { NotYet } from './not-yet.ts';
import type { Reading } from './reading.ts';
import type { KnownReferrers, Referrer, ReferrerList } from './referrers/known-referrers.ts';
import { isSigning } from './referrers/referrer-choice.ts';
import { referrerTagsOf } from './referrers/referrer-tags.ts';
import type { ApiStanding } from './referrers/referrers-api.ts';
import { type RepositoryReferrers, repositoryReferrers } from './referrers/repository-referrers.ts';
import { CrawlExceeded, type CrawledRegistry } from './registry.ts';
import { tagsOf } from './tags.ts';
import { Gone, reasonOf } from './unusable.ts';

/** What a repository has. */
export interface RepositoryNodes {
  /** Nodes of images, and of what is to be quarantined. */
  readonly nodes: readonly unknown[];
  /** How much of the registry's answers could be used: the list of tags, each tag with its digest, each image. */
  readonly usable: number;
  /** The first failure because of which something is quarantined; null: there was none. */
  readonly failure: unknown;
  /** Why its tags could not be listed; null: they were, or it is not there. */
  readonly notListed: unknown;
}

export interface RepositoryContext {
  readonly registry: CrawledRegistry;
  readonly listing: Listing;
  readonly reading: Reading;
  readonly isRead: IsRead;
  readonly referrers: ReferrersContext;
  /** Whether federation.yaml names it: it is missed then. */
  readonly isNamed: boolean;
}

/** What is known of referrers, and when they are asked for again. */
export interface ReferrersContext {
  readonly known: KnownReferrers;
  readonly api: ApiStanding;
  /** Whether what was asked at that time, in milliseconds since the epoch, is to be asked again. */
  readonly isDue: (askedAt: number) => boolean;
  /** Whether a notification named the repository: what cannot be asked for now is then left to the next crawl as due. */
  readonly isNotified: (repository: string) => boolean;
  /** As `CrawlContext` has it. */
  readonly vouching: Vouching;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * The nodes of a repository. Never rejects for one tag or image that cannot be used, nor for the repository
 * itself: they are malformed nodes. What is deleted meanwhile, or left to the next crawl, is no node. Rejects
 * for what concerns the whole registry ({@link reasonOf} is null for it: SOURCE_UNAVAILABLE, SOURCE_TIMEOUT,
 * CIRCUIT_OPEN, RATE_LIMITED and others), and with {@link CrawlExceeded} where the crawl exceeds its bounds.
 */
export async function repositoryNodes(
  repository: string,
  { registry, listing, reading, isRead, referrers, isNamed }: RepositoryContext,
): Promise<RepositoryNodes> {
  let usable = 0;
  let failure: unknown = null;
  let notListed: unknown = null;

  /** The nodes that the work gives; what it fails with is quarantined under the name, if it concerns that alone. */
  async function attempt(
    name: string,
    node: object,
    work: () => Promise<readonly unknown[]>,
  ): Promise<readonly unknown[]> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Gone) return [];
      if (error instanceof NotYet) {
        registry.remainder.leave();
        return [];
      }
      const reason = error instanceof CrawlExceeded ? null : reasonOf(error);
      if (reason === null) throw error;
      failure ??= error;
      return [new MalformedNode(name, reason, node)];
    }
  }

  const documents = documentsOf(registry, repository);
  const tagsByDigest = new Map<string, string[]>();

  const readTag = ({ tag, digest: stated }: ListedTag) =>
    attempt(`${repository}:${tag}`, { repository, tags: [tag] }, async () => {
      const digest = stated ?? (await documents.digestOfTag(tag));
      usable += 1;
      const tags = tagsByDigest.get(digest);
      if (tags === undefined) tagsByDigest.set(digest, [tag]);
      else tags.push(tag);
      return [];
    });

  const readImage = (digest: string, { listed, isTagged }: Signed, { of, isSigned }: RepositoryReferrers) =>
    attempt(`${repository}@${digest}`, { repository, digest }, async () => {
      const image = await imageOf(digest, documents, reading);
      usable += 1;
      if (image === null) return [];
      const tags = [...(tagsByDigest.get(digest) ?? [])].sort();
      const attachments = attachmentsOf(await of(digest), await namedSboms(image, documents, reading));
      // An image's own signatures are verified; those of its platforms are a claim for it, and asked for where nothing else is.
      const platforms = image.manifests.map((manifest) => manifest.digest).filter((one) => one !== digest);
      const isSaidSigned =
        listed.has(digest) ||
        platforms.some(isTagged) ||
        (!image.isAttested &&
          !attachments.listed.some(({ kind }) => isSigning(kind)) &&
          (await isSigned(platforms)));
      return nodesOf({ repository, digest, tags, attachments, isSaidSigned }, image, isRead);
    });

  const nodes = await attempt(repository, { repository }, async () => {
    const listed = await tagsOf(registry, listing, repository).catch((error: unknown) => {
      notListed = error;
      throw error;
    });
    if (listed === null) return isNamed ? [new MalformedNode(repository, NOT_THERE, { repository })] : [];
    usable += 1;
    const doubt = listed.doubt === null ? [] : [new MalformedNode(repository, listed.doubt, { repository })];
    const failedTags = await startedInTurns(listed.tags, readTag);
    const key = { facility: registry.facility, registry: registry.registry, repository };
    const referrerTags = await referrerTagsOf(listed.referrerTags);
    const signed: Signed = {
      listed: listed.signed,
      isTagged: (digest) => referrerTags.get(digest)?.cosign.some(isSigningTag) === true,
    };
    const found = repositoryReferrers({
      ...{ ...referrers, registry, repository, documents, reading },
      tags: referrerTags,
      isNotified: referrers.isNotified(repository),
      vouching: (digest) => referrers.vouching(repository, digest),
      known: await referrers.known.read(key).catch(() => new Map()),
    });
    // Whichever answer came first: the same images come in the same order.
    const inTurn = pLimit(IMAGES_AT_ONCE);
    const images = await startedInTurns([...tagsByDigest.keys()].sort(), (digest) =>
      inTurn(() => readImage(digest, signed, found)),
    );
    const changed = found.changed(tagsByDigest.keys());
    // What cannot be kept is asked for again.
    if (changed !== null) await referrers.known.write(key, changed).catch(() => undefined);
    return [...doubt, ...failedTags.flat(), ...images.flat()];
  });
  return { nodes, usable, failure, notListed };
}

/** The results, in the order of the items. To begin with twenty thousand tags takes longer than a turn of the event loop. */
async function startedInTurns<Item, Result>(
  items: Iterable<Item>,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const underWay: Promise<Result>[] = [];
  await paced(items, preparing, (item) => {
    const result = work(item);
    // It may fail before it is awaited.
    result.catch(() => undefined);
    underWay.push(result);
  });
  return Promise.all(underWay);
}

/** What lists of a repository say of signatures, unproven. */
interface Signed {
  /** Digests that the registry says are signed. */
  readonly listed: ReadonlySet<string>;
  /** Whether a tag of cosign's leads to a signature or an attestation of the digest. */
  readonly isTagged: (digest: string) => boolean;
}

/** Cosign's tags of signatures and attestations. */
const isSigningTag = ({ tag }: ListedTag): boolean => /\.(sig|att)$/.test(tag);

const NOT_THERE = 'the registry has no such repository, or none that its credential may see';

/** The referrers that are verified or read, of all that refer to an image, and behind them what the image itself names. */
function attachmentsOf(
  { referrers, doubtedSince }: Pick<ReferrerList, 'referrers' | 'doubtedSince'>,
  named: readonly string[],
): Attachments {
  const kinds: readonly string[] = ATTACHMENT_KINDS;
  const isAttachment = (referrer: Referrer): referrer is AttachmentReference => kinds.includes(referrer.kind);
  const listed = referrers.filter(isAttachment);
  const known = new Set(listed.map(({ digest }) => digest));
  const sboms = named
    .filter((digest) => !known.has(digest))
    .map((digest) => ({ digest, kind: 'sbom' }) as const);
  return { listed: [...listed, ...sboms].slice(0, BOUNDS.attachments), doubtedSince };
}
