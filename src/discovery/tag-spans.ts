// What a caller is shown of one tag's history. It is made of the digests that they may know of and of nothing else, so
// that what is hidden, what no registry has any more and what never was are one: the tag was gone.
import { byCodeUnits } from '../model/sorted.ts';
import type { TagSpan } from '../store/store.ts';

/** A time in which a tag pointed to one image, or to none. */
export interface ShownSpan extends Omit<TagSpan, 'digest'> {
  /** null: the tag was gone. */
  readonly digest: string | null;
}

/**
 * The spans of a tag, as the registry was when it was crawled last: that may not be in the store yet, as
 * where it cannot be written. A digest that the tag does not point to any more was left then (never before it
 * was come to), and one that it points to was come to then. `pointing`: the digests that it points to in the
 * present snapshot, of those that the caller may know of; what comes of the others is not to be shown.
 * `crawledAt`: milliseconds since the epoch. The given spans come first, in their order.
 */
export function asOfNow(
  spans: readonly TagSpan[],
  pointing: ReadonlySet<string>,
  crawledAt: number,
): readonly TagSpan[] {
  const open = new Set(spans.filter(({ until }) => until === null).map(({ digest }) => digest));
  const begun = [...pointing]
    .filter((digest) => !open.has(digest))
    .map((digest) => ({ digest, since: crawledAt, until: null }));
  return [
    ...spans.map((span) =>
      span.until === null && !pointing.has(span.digest)
        ? { ...span, until: Math.max(span.since, crawledAt) }
        : span,
    ),
    ...begun,
  ];
}

/**
 * The spans of the digests that the caller may know, the newest first (equal starts: by digest in code units), with the
 * times between and after them, in which the tag was gone, as spans whose digest is null; empty where the caller may know
 * none. Times are milliseconds since the epoch.
 */
export function shownSpans(
  spans: readonly TagSpan[],
  mayKnow: (digest: string) => boolean,
): readonly ShownSpan[] {
  const pointing = joined(spans.filter(({ digest }) => mayKnow(digest)));
  return [...pointing, ...goneBetween(pointing)].sort(
    (a, b) => b.since - a.since || byCodeUnits(a.digest ?? '', b.digest ?? ''),
  );
}

/**
 * The digests that the tag pointed to at a time, in milliseconds since the epoch, of the spans that {@link shownSpans}
 * gives; in their order, none where the tag was gone. A span includes its start and not its end.
 */
export const digestsAt = (shown: readonly ShownSpan[], at: number): readonly string[] =>
  shown
    .filter(({ since, until }) => since <= at && (until === null || at < until))
    .flatMap(({ digest }) => digest ?? []);

/**
 * When the tag came to point to this digest in place of another that is shown, in milliseconds since the epoch;
 * null: it never did, or points elsewhere now.
 */
export function movedAt(shown: readonly ShownSpan[], digest: string): number | null {
  const current = shown.find((span) => span.digest === digest && span.until === null);
  if (current === undefined) return null;
  const left = shown
    .filter((span) => span.digest !== null && span.digest !== digest)
    .flatMap(({ until }) => until ?? []);
  return left.length === 0 ? null : Math.max(current.since, ...left);
}

/** By beginning. Spans of one digest that meet are one: the clock was set back between them. */
function joined(spans: readonly TagSpan[]): readonly TagSpan[] {
  const last = new Map<string, TagSpan>();
  const done: TagSpan[] = [];
  for (const span of [...spans].sort((a, b) => a.since - b.since)) {
    const before = last.get(span.digest);
    if (before !== undefined && (before.until === null || span.since <= before.until)) {
      last.set(span.digest, { ...before, until: later(before.until, span.until) });
    } else {
      if (before !== undefined) done.push(before);
      last.set(span.digest, span);
    }
  }
  return [...done, ...last.values()].sort((a, b) => a.since - b.since);
}

/** The times that no span covers, from the first one on. `spans`: by beginning. */
function goneBetween(spans: readonly TagSpan[]): readonly ShownSpan[] {
  const [first] = spans;
  if (first === undefined) return [];
  const gone: ShownSpan[] = [];
  let until = first.until;
  for (const span of spans) {
    if (until === null) return gone;
    if (span.since > until) gone.push({ digest: null, since: until, until: span.since });
    until = later(until, span.until);
  }
  return until === null ? gone : [...gone, { digest: null, since: until, until: null }];
}

/** null: it goes on. */
const later = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? null : Math.max(a, b);
