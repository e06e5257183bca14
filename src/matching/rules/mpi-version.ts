// Whether a version, perhaps only its beginning, is within a range of versions.
import type { VersionPart } from '../../model/version.ts';
import {
  type ComparableVersion,
  comparableVersion,
  parseVersionRange,
  type ReleaseParts,
  selectVersions,
  type VersionRange,
} from '../../model/version-range.ts';
import type { Verdict } from '../verdict.ts';

/** Numbers that a version of MPI has: with fewer it is the beginning of several. */
const COMPLETE = 3;

/**
 * Within a range as src/model/version-range.ts reads it. A version of fewer than three numbers may be any that begins so: `4.1` is
 * within `>=4.0`, outside `>=5`, and unknown against `>=4.1.2`. unknown, too, for what is no version or no range.
 */
export function withinRange(version: string, range: string): Verdict {
  const parsed = parseVersionRange(range);
  const comparable = comparableVersion(version);
  if (parsed === null || parsed.kind === 'exact' || comparable.parts.length === 0) return 'unknown';
  if (isBeginning(comparable) && isDivided(comparable.parts, parsed)) return 'unknown';
  return selectVersions([comparable], parsed).length > 0 ? 'yes' : 'no';
}

const isBeginning = ({ parts }: ComparableVersion): boolean =>
  parts.length < COMPLETE && parts.every((part) => typeof part === 'number');

/** Whether an end of the range falls among the versions that begin so: not where all are on one side, as `4.1` of `>=4.1`. */
function isDivided(parts: readonly VersionPart[], range: VersionRange): boolean {
  if (range.kind === 'family') return begins(range.release, parts) && range.release.length > parts.length;
  if (range.kind === 'exact') return false;
  const { lower, upper } = range;
  const divides = (release: ReleaseParts, isAtEdge: boolean): boolean =>
    begins(release, parts) && (release.length > parts.length || isAtEdge);
  return (
    (lower !== null && divides(lower.release, !lower.inclusive)) ||
    (upper !== null && divides(upper.release, upper.inclusive))
  );
}

/** Whether a release, which has no trailing zeros, begins with the parts. */
const begins = (release: ReleaseParts, parts: readonly VersionPart[]): boolean =>
  parts.every((part, index) => part === (release[index] ?? 0));
