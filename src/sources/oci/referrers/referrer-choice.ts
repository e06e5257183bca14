// Which of the listed referrers are read where there are more than are read at once: whoever may attach may attach thousands
// that say that they are signatures, before the lab signs.
import { kindOfTypes, type ManifestKind } from '../classify.ts';
import type { ReadingProgress, ReferrerList } from './known-referrers.ts';
import type { ListedReferrer } from './referrer-index.ts';

/** Referrers of one image that are read in one crawl, whichever list has them. */
export const MAX_REFERRERS = 100;

/** Places that signatures and attestations keep from one crawl to the next. */
const MAX_HELD = MAX_REFERRERS / 2;

/** Characters of a digest by which it is known as read. */
const MARK_LENGTH = 12;

/** What is read in one crawl. */
export interface ReferrerChoice {
  /** At most {@link MAX_REFERRERS} (100). */
  readonly digests: readonly string[];
  /** What to remember once they were asked for; `answered`: those that the registry gave, or that are gone. */
  ended(answered: ReadonlySet<string>): {
    /** null: all that is listed was read at once. */
    readonly progress: ReadingProgress | null;
    /** Whether each that is listed as a signature or an attestation was read once, in this crawl or an earlier one. */
    readonly isWhole: boolean;
  };
}

/**
 * All that is listed, where that is at most 100. Else a share of it in each crawl, the same for the same list
 * and `before`: at most 50 signatures and attestations that were found before, those first that are `vouching`
 * for the image (by default none is), and then those that kept a place longest; then what the list says to be a
 * signature or an attestation, what was never read first; then the rest. Each goes on by digest where the last
 * crawl ended, so that an image with thousands of signatures is read over several crawls, and none hides another
 * for ever.
 */
export function chooseReferrers(
  listed: readonly ListedReferrer[],
  before: Pick<ReferrerList, 'referrers' | 'progress'> | undefined,
  vouching: () => ReadonlySet<string> = () => new Set(),
): ReferrerChoice {
  if (listed.length <= MAX_REFERRERS) {
    const digests = listed.map(({ digest }) => digest);
    const ended = { progress: null, isWhole: true };
    return { digests, ended: () => ended };
  }
  const progress = before?.progress ?? { held: [], after: '', read: [] };
  const held = heldOf(listed, before, vouching());
  const known = new Set(before?.referrers.map(({ digest }) => digest));
  const marks = new Set(progress.read);
  const wasRead = (digest: string): boolean => known.has(digest) || marks.has(markOf(digest));
  const signing: string[] = [];
  const groups: string[][] = [[], [], []];
  const isHeld = new Set(held);
  for (const { digest, artifactType } of listed) {
    const signs = isSigning(kindOfTypes([artifactType]));
    if (signs) signing.push(digest);
    if (!isHeld.has(digest)) groups[signs ? Number(wasRead(digest)) : 2]?.push(digest);
  }
  const digests = [...held];
  let { after } = progress;
  for (const group of groups) {
    const places = MAX_REFERRERS - digests.length;
    const some = places === 0 ? [] : goingOn(group, progress.after).slice(0, places);
    digests.push(...some);
    // One group at most is read in part: those before it are read as a whole, those behind it not at all.
    if (some.length < group.length) after = some.at(-1) ?? after;
  }
  return {
    digests,
    ended(answered) {
      const read = signing.filter((digest) => wasRead(digest) || answered.has(digest));
      return {
        progress: { held, after, read: read.map(markOf).sort() },
        isWhole: read.length === signing.length,
      };
    },
  };
}

/** Those found before that keep their places: what vouches for the image, whoever was first, and then the oldest. */
function heldOf(
  listed: readonly ListedReferrer[],
  before: Pick<ReferrerList, 'referrers' | 'progress'> | undefined,
  vouching: ReadonlySet<string>,
): readonly string[] {
  const isListed = new Set(listed.map(({ digest }) => digest));
  const found = new Set(
    before?.referrers
      .filter(({ digest, kind }) => isListed.has(digest) && isSigning(kind))
      .map(({ digest }) => digest),
  );
  const earlier = before?.progress?.held.filter((digest) => found.has(digest)) ?? [];
  const first = [...vouching].filter((digest) => isListed.has(digest)).sort();
  return [...new Set([...first, ...earlier, ...found])].slice(0, MAX_HELD);
}

/** By digest, first those behind the one at which the last crawl ended. */
function goingOn(digests: readonly string[], after: string): readonly string[] {
  const sorted = [...digests].sort();
  const start = sorted.findIndex((digest) => digest > after);
  return start < 0 ? sorted : [...sorted.slice(start), ...sorted.slice(0, start)];
}

/** Whether it says who signed or attested what it refers to. */
export const isSigning = (kind: ManifestKind): boolean => kind === 'signature' || kind === 'attestation';

/** Few characters, since ten thousand are kept of one image. */
const markOf = (digest: string): string => digest.slice(-MARK_LENGTH);
