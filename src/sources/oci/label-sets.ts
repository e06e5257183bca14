// The labels of an image on all its levels: the index, then each platform's manifest and configuration.
import { BOUNDS } from '../../model/bounds.ts';
import { cleanLine, cleanProse } from '../../model/clean-text.ts';
import { FederationError } from '../../model/errors.ts';
import { inert } from '../../model/inert.ts';
import { readsLabel } from '../labels.ts';
import type { Image } from './image.ts';
import { type BoundedLabels, bounded, type IsRead, type LabelEntry } from './labels.ts';

/** Characters of the labels of all levels together: the node of the image is stored. */
const MAX_CHARACTERS = 2 * BOUNDS.recordBytes;

/** Labels of all levels together, those that were dropped included: they are merged in one turn of the event loop. */
const MAX_LABELS = 4_096;

export interface LabelSets {
  /** The first describes before the others; each differs from those before it. */
  readonly sets: readonly (readonly LabelEntry[])[];
  /** Names of labels by which no policy can judge: the sets do not have every value of them, or have several. Sorted. */
  readonly dropped: readonly string[];
}

/**
 * The labels of each level: annotations of the index, then of each platform the manifest's, the index's of
 * that manifest, and the configuration's labels. Platforms behind the first have those alone that are read,
 * since they restrict and state licenses; of the others, those that have another value there are named in
 * `dropped`, for a policy that comes to read them. So are labels in which levels or platforms differ, whoever
 * reads them: the sets have them for description. Labels that nobody reads are left out of the sets and named
 * in `dropped` beyond the bounds of {@link bounded}, which count for all levels together, and where only a
 * later platform has them.
 * @throws FederationError SOURCE_MALFORMED as {@link bounded} does, for more than 4,096 labels on all levels,
 * dropped ones included, or 524,288 characters of those that the sets may have, and where levels or platforms
 * differ in a label by which only a policy decides
 */
export function labelSets(image: Image, isLabelRead: IsRead): LabelSets {
  // Platforms have the same names: each is cleaned once.
  const isRead = remembered(isLabelRead);
  const [first, ...others] = image.manifests;
  refuseTooMany([...image.annotations, ...image.manifests.flatMap(({ labels }) => labels)]);
  const behind = others.flatMap(({ labels }) => labels);
  const whole = [...image.annotations, ...(first?.labels ?? [])];
  const levels = [...whole, ...behind.map((level) => onlyRead(level, isRead))];
  refuseTooLong(levels);
  const disputed = disputedNames([...whole, ...behind], isRead);
  refuseDisputed(disputed, isRead);
  const merged = mergedOf(levels);
  // Together they are one image's labels, and have the bounds of one.
  const kept = bounded([...merged], isRead);
  const names = new Set(kept.labels.map(([name]) => name));
  const sets = new Map<string, readonly LabelEntry[]>();
  for (const { labels } of levels) {
    const set = labels.filter(([name]) => names.has(name));
    if (set.length > 0) sets.set(JSON.stringify(set), set);
  }
  const differing = behind
    .flatMap(({ labels }) => labels)
    .filter(([name, value]) => !isRead(name) && merged.get(name) !== value)
    .map(([name]) => name);
  const beyond = [...whole, ...behind].flatMap((level) => level.dropped);
  const dropped = [...kept.dropped, ...beyond, ...differing, ...disputed];
  return { sets: [...sets.values()], dropped: [...new Set(dropped)].sort() };
}

/** Each name with the value of the first level that states it. */
function mergedOf(levels: readonly BoundedLabels[]): Map<string, string> {
  const merged = new Map<string, string>();
  for (const [name, value] of levels.flatMap(({ labels }) => labels)) {
    if (!merged.has(name)) merged.set(name, value);
  }
  return merged;
}

const onlyRead = ({ labels, dropped }: BoundedLabels, isRead: IsRead): BoundedLabels => ({
  labels: labels.filter(([name]) => isRead(name)),
  dropped,
});

function refuseTooMany(levels: readonly BoundedLabels[]): void {
  let count = 0;
  for (const { labels, dropped } of levels) count += labels.length + dropped.length;
  if (count > MAX_LABELS) throw malformed(`all its levels have more than ${MAX_LABELS} labels together`);
}

function refuseTooLong(levels: readonly BoundedLabels[]): void {
  let length = 0;
  for (const [name, value] of levels.flatMap(({ labels }) => labels)) length += name.length + value.length;
  if (length <= MAX_CHARACTERS) return;
  throw malformed(`the labels of all its levels have more than ${MAX_CHARACTERS} characters`);
}

/**
 * Labels that have two values or more, by the names that ingest makes of them, and of those that are read by the values: all
 * others have a bound by their number alone, and to clean them takes long. A level or a platform without one states nothing
 * that could open anything.
 */
function disputedNames(levels: readonly BoundedLabels[], isRead: IsRead): readonly string[] {
  const cleanName = remembered(cleanLine);
  const stated = new Map<string, string>();
  const disputed = new Set<string>();
  for (const [raw, value] of levels.flatMap(({ labels }) => labels)) {
    const name = cleanName(raw);
    if (name === null) continue;
    const before = stated.get(name);
    if (before === undefined) stated.set(name, value);
    else if (before !== value && !(isRead(raw) && cleanProse(before) === cleanProse(value)))
      disputed.add(name);
  }
  return [...disputed];
}

/** The same function, which does its work once for each text. */
function remembered<Result>(work: (text: string) => Result): (text: string) => Result {
  const results = new Map<string, Result>();
  return (text) => {
    const known = results.get(text);
    if (known !== undefined) return known;
    const result = work(text);
    results.set(text, result);
    return result;
  };
}

/**
 * Nobody knows which of two values restricts more of a label that only a policy reads. What panfed reads has a value for
 * description, or is the strictest.
 */
function refuseDisputed(disputed: readonly string[], isRead: IsRead): void {
  const name = disputed.find((each) => isRead(each) && !readsLabel(each));
  if (name === undefined) return;
  throw malformed(
    `its levels or platforms differ in ${JSON.stringify(inert(name.slice(0, 64)))}, which a policy reads`,
  );
}

const malformed = (message: string): FederationError => new FederationError('SOURCE_MALFORMED', message);
