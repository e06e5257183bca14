// What refers to the images of one repository: by the referrers API or else the fallback tag, and by cosign's tags.

import { FederationError } from '../../../model/errors.ts';
import { readManifestAside, readReferrersAside } from '../../parse-aside.ts';
import { kindOf, kindOfTypes } from '../classify.ts';
import type { Documents } from '../document.ts';
import type { ListedTag } from '../listing.ts';
import { NotYet } from '../not-yet.ts';
import type { Reading } from '../reading.ts';
import type { CrawledRegistry } from '../registry.ts';
import { Gone, isNotGiven, reasonOf } from '../unusable.ts';
import type { Referrer, ReferrerList, ReferrerLists } from './known-referrers.ts';
import { chooseReferrers, isSigning, MAX_REFERRERS } from './referrer-choice.ts';
import type { ListedReferrer } from './referrer-index.ts';
import { NO_TAGS, namesOf, type ReferrerTags } from './referrer-tags.ts';
import { type ApiStanding, askedReferrers } from './referrers-api.ts';

export interface RepositoryReferrersOptions {
  readonly registry: CrawledRegistry;
  readonly repository: string;
  readonly documents: Documents;
  readonly reading: Reading;
  /** The repository's tags that lead to referrers, by the digest of the image. */
  readonly tags: ReadonlyMap<string, ReferrerTags>;
  /** As they were known before this crawl. */
  readonly known: ReferrerLists;
  readonly api: ApiStanding;
  /** Whether what was asked at that time, in milliseconds since the epoch, is to be asked again. */
  readonly isDue: (askedAt: number) => boolean;
  /** Whether a notification named the repository. */
  readonly isNotified: boolean;
  /** Digests of what vouches for an image: as long as it is listed, it is read. */
  readonly vouching: (image: string) => ReadonlySet<string>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface RepositoryReferrers {
  /**
   * What refers to an image of the repository. Where the registry allows no more requests, it is what was
   * known, and nothing, in doubt, where nothing was. Rejects for what concerns the whole registry alone:
   * {@link reasonOf} is null for it.
   */
  of(digest: string): Promise<Pick<ReferrerList, 'referrers' | 'doubtedSince'>>;
  /**
   * Whether a signature or an attestation refers to one of an image's platforms, of which the first {@link MAX_PLATFORMS} (4)
   * are asked for. Where the registry allows no more requests, it is what was known. Rejects as `of` does.
   */
  isSigned(platforms: readonly string[]): Promise<boolean>;
  /**
   * The lists of the images that the repository has, and of the platforms that were asked for, as they are known now; null: as
   * they were known before.
   */
  changed(images: Iterable<string>): ReferrerLists | null;
}

/** Platforms of an image that are asked for: an image may have hundreds, and signers sign all of them or none. */
const MAX_PLATFORMS = 4;

/**
 * The referrers of a repository's images, for one crawl; asks nobody yet. An image's registry is asked where it never was for
 * this image, where `isDue` says so, or where the tags that lead to its referrers are others than before. What a list says of a
 * referrer does not count: its manifest is fetched, and has to name the image as its subject. By cosign's tags only the tag
 * names it; who signed what is verified elsewhere. An image with more than 100 listed referrers is read over several crawls
 * ({@link chooseReferrers}), and is in doubt until each that is listed as a signature or an attestation was read once, so that
 * each crawl goes on with it.
 *
 * Where the registry allows no more requests, an image of which nothing is known leaves the crawl unfinished. One of which
 * something is known is due in each crawl until it was asked for, and leaves it finished: else a registry that allows fewer
 * requests than it has images each day would never be. Where a notification named the repository, such an image leaves that
 * crawl unfinished too, once: the crawl that goes on is one of the whole registry.
 */
export function repositoryReferrers(options: RepositoryReferrersOptions): RepositoryReferrers {
  const { registry, repository, documents, reading, tags: tagsByDigest, known, api } = options;
  const { isDue, isNotified, vouching, now } = options;
  const lists = new Map<string, ReferrerList>();
  /** Those of images that were asked for. */
  const platforms = new Set<string>();
  let hasChanged = false;

  async function tagged({ tag, digest }: ListedTag): Promise<string> {
    return digest ?? (await registry.remainder.asking(() => documents.digestOfTag(tag)));
  }

  /** One image's referrers, as they are asked for. */
  function asking(image: string) {
    let isDoubted = false;

    /** null: it is not there, or of no use; undefined: it is not given now. */
    async function usable<T>(work: () => Promise<T>): Promise<T | null | undefined> {
      try {
        return await work();
      } catch (error) {
        if (error instanceof Gone) return null;
        if (!isNotGiven(error)) {
          if (reasonOf(error) === null) throw error;
          return null;
        }
        isDoubted = true;
        return undefined;
      }
    }

    async function byFallback(tag: ListedTag | null): Promise<readonly ListedReferrer[]> {
      if (tag === null) return [];
      const index = await usable(async () => {
        const bytes = await documents.manifest(await tagged(tag)).catch(tooLarge);
        return bytes === null ? { referrers: [], hasMore: true } : readReferrersAside(bytes, reading);
      });
      isDoubted ||= index?.hasMore === true;
      return index?.referrers ?? [];
    }

    async function listed(tag: ListedTag | null) {
      const given = await api.asking(() => askedReferrers(registry, repository, image));
      isDoubted ||= given === null ? api.mayBeThere() : given.isPartial;
      return { referrers: given?.referrers ?? (await byFallback(tag)), byApi: given !== null };
    }

    return { usable, listed, isDoubted: () => isDoubted };
  }

  /** `subject` null: a tag of cosign's names it. */
  async function referrerOf(digest: string, subject: string | null): Promise<Referrer | null> {
    const manifest = await readManifestAside(await documents.manifest(digest), reading);
    if (manifest.kind === 'schema1') return null;
    if (subject !== null && manifest.subject !== subject) return null;
    const kind = manifest.kind === 'index' ? kindOfTypes([manifest.artifactType]) : kindOf(manifest);
    return { digest, kind };
  }

  async function ask(
    image: string,
    tags: ReferrerTags,
    before: ReferrerList | undefined,
  ): Promise<Omit<ReferrerList, 'askedAt' | 'tags'>> {
    const { usable, listed, isDoubted } = asking(image);
    const found = new Map<string, Referrer>();
    const answered = new Set<string>();
    const { referrers, byApi } = await listed(tags.fallback);
    await reading.rest();
    const choice = chooseReferrers(referrers, before, () => vouching(image));
    for (const digest of choice.digests) {
      const referrer = await usable(() => referrerOf(digest, image));
      if (referrer !== undefined) answered.add(digest);
      if (referrer) found.set(digest, referrer);
    }
    for (const tag of tags.cosign) {
      const referrer = await usable(async () => referrerOf(await tagged(tag), null));
      if (referrer) found.set(referrer.digest, referrer);
    }
    await reading.rest();
    const { progress, isWhole } = choice.ended(answered);
    const since = (): number => before?.doubtedSince ?? now();
    // An API that answered before, and does not now, may still have what it gave.
    if (!isDoubted() && (byApi || before?.byApi !== true)) {
      const doubtedSince = isWhole ? null : since();
      return { referrers: [...found.values()].sort(byDigest), byApi, progress, doubtedSince };
    }
    for (const earlier of before === undefined ? [] : heldFirst(before)) {
      if (found.size < MAX_REFERRERS && !found.has(earlier.digest)) found.set(earlier.digest, earlier);
    }
    return {
      referrers: [...found.values()].sort(byDigest),
      byApi: byApi || before?.byApi === true,
      progress: progress ?? before?.progress ?? null,
      doubtedSince: since(),
    };
  }

  /** The list as it is known, or asked for; null: the registry allows no more requests. */
  async function current(digest: string): Promise<ReferrerList | null> {
    const tags = tagsByDigest.get(digest) ?? NO_TAGS;
    const names = namesOf(tags);
    const before = known.get(digest);
    const isCurrent = before !== undefined && before.doubtedSince === null && isSame(before.tags, names);
    if (isCurrent && !isNotified && !isDue(before.askedAt)) {
      lists.set(digest, before);
      return before;
    }
    try {
      const list = { askedAt: now(), tags: names, ...(await ask(digest, tags, before)) };
      lists.set(digest, list);
      hasChanged = true;
      return list;
    } catch (error) {
      if (!(error instanceof NotYet)) throw error;
      return null;
    }
  }

  return {
    async of(digest) {
      const list = await current(digest);
      if (list !== null) return list;
      const before = known.get(digest);
      if (before === undefined || isNotified) registry.remainder.leave();
      // What was known stays, as `changed` gives it.
      return before ?? { referrers: [], doubtedSince: now() };
    },
    async isSigned(digests) {
      for (const digest of digests.slice(0, MAX_PLATFORMS)) {
        platforms.add(digest);
        const list = (await current(digest)) ?? known.get(digest);
        if (list?.referrers.some(({ kind }) => isSigning(kind))) return true;
      }
      return false;
    },
    changed(images) {
      const now = new Map<string, ReferrerList>();
      for (const image of new Set([...images, ...platforms])) {
        const list = lists.get(image) ?? known.get(image);
        if (list === undefined) continue;
        // An image that could not be read or asked for in this crawl keeps what was known of it.
        const isLeft = isNotified && !lists.has(image) && list.askedAt !== NEVER;
        if (isLeft) hasChanged = true;
        now.set(image, isLeft ? { ...list, askedAt: NEVER } : list);
      }
      return hasChanged || now.size !== known.size ? now : null;
    },
  };
}

/** A time at which it is due for every crawl: the next one does not know of the notification. */
const NEVER = 0;

/** What was found before: first what kept its place longest. */
function heldFirst({ referrers, progress }: ReferrerList): readonly Referrer[] {
  const held = new Set(progress?.held);
  const isHeld = ({ digest }: Referrer): boolean => held.has(digest);
  return [...referrers.filter(isHeld), ...referrers.filter((one) => !isHeld(one))];
}

/** null: it is too large to be read, and may have been made so by whoever has an entry in it. */
function tooLarge(error: unknown): null {
  if (error instanceof FederationError && error.code === 'SOURCE_TOO_LARGE') return null;
  throw error;
}

const byDigest = (one: Referrer, other: Referrer): number => (one.digest < other.digest ? -1 : 1);

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((name, index) => name === other[index]);
