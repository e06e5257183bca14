// What refers to the images of one repository: by the referrers API or else the fallback tag, and by cosign's tags.

import { readManifestAside } from '../../parse-aside.ts';
import { kindOf, kindOfTypes } from '../classify.ts';
import type { Documents } from '../document.ts';
import type { ListedTag } from '../listing.ts';
import { NotYet } from '../not-yet.ts';
import type { Reading } from '../reading.ts';
import type { CrawledRegistry } from '../registry.ts';
import { Gone, reasonOf } from '../unusable.ts';
import type { Referrer, ReferrerList, ReferrerLists } from './known-referrers.ts';
import { NO_TAGS, namesOf, type ReferrerTags } from './referrer-tags.ts';
import { type ApiStanding, askedReferrers, MAX_REFERRERS } from './referrers-api.ts';

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
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface RepositoryReferrers {
  /**
   * What refers to an image of the repository. Where the registry allows no more requests, it is what was
   * known, and nothing where nothing was. Rejects for what concerns the whole registry alone:
   * {@link reasonOf} is null for it.
   */
  of(digest: string): Promise<readonly Referrer[]>;
  /** The lists of the images that the repository has, as they are known now; null: as they were known before. */
  changed(images: Iterable<string>): ReferrerLists | null;
}

/**
 * Asks nobody yet. An image's registry is asked where it never was for this image, where `isDue` says so, or
 * where the tags that lead to its referrers are others than before. What a list says of a referrer does not
 * count: its manifest is fetched, and has to name the image as its subject. By cosign's tags only the tag
 * names it; who signed what is verified elsewhere.
 *
 * Where the registry allows no more requests, an image of which nothing is known leaves the crawl unfinished.
 * One of which something is known is due in each crawl until it was asked for, and leaves it finished: else a
 * registry that allows fewer requests than it has images each day would never be. Where a notification named
 * the repository, such an image leaves that crawl unfinished too, once: the crawl that goes on is one of the
 * whole registry.
 */
export function repositoryReferrers(options: RepositoryReferrersOptions): RepositoryReferrers {
  const { registry, repository, documents, reading, tags: tagsByDigest, known, api } = options;
  const { isDue, isNotified, now } = options;
  const lists = new Map<string, ReferrerList>();
  let hasChanged = false;
  const byApi = (digest: string) => api.asking(() => askedReferrers(registry, repository, digest, reading));

  async function tagged({ tag, digest }: ListedTag): Promise<string> {
    return digest ?? (await registry.remainder.asking(() => documents.digestOfTag(tag)));
  }

  /** null: it is gone, or cannot be used. */
  async function usable<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Gone || reasonOf(error) !== null) return null;
      throw error;
    }
  }

  async function byFallback(tag: ListedTag | null): Promise<readonly string[]> {
    if (tag === null) return [];
    const index = await usable(async () =>
      readManifestAside(await documents.manifest(await tagged(tag)), {
        ...reading,
        maxManifests: MAX_REFERRERS,
      }),
    );
    return index?.kind === 'index' ? index.manifests.map((entry) => entry.digest) : [];
  }

  /** `subject` null: a tag of cosign's names it. */
  async function referrerOf(digest: string, subject: string | null): Promise<Referrer | null> {
    return usable(async () => {
      const manifest = await readManifestAside(await documents.manifest(digest), reading);
      if (manifest.kind === 'schema1') return null;
      if (subject !== null && manifest.subject !== subject) return null;
      const kind = manifest.kind === 'index' ? kindOfTypes([manifest.artifactType]) : kindOf(manifest);
      return { digest, kind };
    });
  }

  async function ask(image: string, { fallback, cosign }: ReferrerTags): Promise<readonly Referrer[]> {
    const listed = (await byApi(image)) ?? (await byFallback(fallback));
    const found = new Map<string, Referrer>();
    for (const digest of listed.slice(0, MAX_REFERRERS)) {
      const referrer = await referrerOf(digest, image);
      if (referrer !== null) found.set(digest, referrer);
    }
    for (const tag of cosign) {
      const referrer = await usable(async () => referrerOf(await tagged(tag), null));
      if (referrer !== null) found.set(referrer.digest, referrer);
    }
    return [...found.values()].sort(byDigest);
  }

  return {
    async of(digest) {
      const tags = tagsByDigest.get(digest) ?? NO_TAGS;
      const names = namesOf(tags);
      const before = known.get(digest);
      if (before !== undefined && isSame(before.tags, names) && !isNotified && !isDue(before.askedAt)) {
        lists.set(digest, before);
        return before.referrers;
      }
      try {
        const list = { askedAt: now(), tags: names, referrers: await ask(digest, tags) };
        lists.set(digest, list);
        hasChanged = true;
        return list.referrers;
      } catch (error) {
        if (!(error instanceof NotYet)) throw error;
        if (before === undefined || isNotified) registry.remainder.leave();
        // What was known stays, as `changed` gives it.
        return before?.referrers ?? [];
      }
    },
    changed(images) {
      const now = new Map<string, ReferrerList>();
      for (const image of images) {
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

const byDigest = (one: Referrer, other: Referrer): number => (one.digest < other.digest ? -1 : 1);

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((name, index) => name === other[index]);
