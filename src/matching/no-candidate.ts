// What a person is told where nothing fits: which requirement to drop.
import type { Notice } from '../discovery/connection.ts';
import { type Pace, paced } from '../model/pace.ts';
import type { CandidateImage } from './described.ts';
import type { RankedCandidate } from './rank.ts';
import { DIMENSIONS, type Dimension, type Verdict } from './verdict.ts';

/** Candidates that are looked at, the best first. */
export const LOOKED_AT = 50;

interface Unmatched {
  readonly counts: Readonly<Record<Verdict, number>>;
  /** How many were asked about. */
  readonly resources: number;
  /** Whether one image is asked about. */
  readonly isOneImage: boolean;
  /** The first ones. */
  readonly candidates: readonly RankedCandidate[];
  readonly describe: (candidate: RankedCandidate) => CandidateImage;
}

/**
 * One notice, NO_CANDIDATE, where no candidate is yes or unknown: that there is no resource, or no image, or which dimension is in the
 * way of most of the first 50 candidates, by how many of them it alone is no; its suggestions are the dimensions, or the arguments.
 * Else none. Rests where `pace` is due.
 */
export async function noCandidateNotices(
  { counts, resources, isOneImage, candidates, describe }: Unmatched,
  pace: Pace,
): Promise<readonly Notice[]> {
  if (counts.yes + counts.unknown > 0) return [];
  if (resources === 0)
    return [
      notice('There is no compute resource of the kind that you ask for, or none that you may know of.'),
    ];
  if (candidates.length === 0)
    return [
      isOneImage
        ? // The same of one that the caller may not know of.
          notice(
            'There is no such image that you may know of, it names no framework, or your choices leave it out.',
            ['image', 'only', 'except'],
          )
        : notice('No image with a framework is left by your choices: drop some of them.', ['only', 'except']),
    ];
  const alone = new Map<Dimension, number>();
  const any = new Map<Dimension, number>();
  await paced(candidates.slice(0, LOOKED_AT), pace, (candidate) => {
    const refused = describe(candidate).findings.filter(({ verdict }) => verdict === 'no');
    for (const { dimension } of refused) add(any, dimension);
    if (refused.length === 1 && refused[0] !== undefined) add(alone, refused[0].dimension);
  });
  const most = ordered(alone.size > 0 ? alone : any);
  const [first] = most;
  const message =
    alone.size > 0 && first !== undefined
      ? `Nothing fits; ${first[0]} alone is in the way of ${first[1]} of the best.`
      : `Nothing fits, and several things are in the way: ${most.map(([dimension]) => dimension).join(', ')}.`;
  return [
    notice(
      message,
      most.map(([dimension]) => dimension),
    ),
  ];
}

const notice = (message: string, suggestions: readonly string[] = []): Notice => ({
  code: 'NO_CANDIDATE',
  message,
  suggestions,
});

function add(counts: Map<Dimension, number>, dimension: Dimension): void {
  counts.set(dimension, (counts.get(dimension) ?? 0) + 1);
}

/** The most frequent first, then in the order of the dimensions. */
const ordered = (counts: ReadonlyMap<Dimension, number>): readonly (readonly [Dimension, number])[] =>
  [...counts].sort(([a, one], [b, other]) => other - one || DIMENSIONS.indexOf(a) - DIMENSIONS.indexOf(b));
