// Reads from the store where tags pointed, as far as a caller may know: in short turns, and fair between callers.
import { FederationError } from '../model/errors.ts';
import { createFairQueue, type FairQueueOptions } from '../model/fair-queue.ts';
import { canonicalName } from '../model/image-reference.ts';
import type { Pace } from '../model/pace.ts';
import { chunksOf } from '../store/chunks.ts';
import type { NamedTagSpan, TagHistory, TagSpan } from '../store/store.ts';
import type { Places } from './places.ts';
import { digestsOf, digestsWith, documentOf, partOf, type RepositoryName } from './tag-images.ts';
import { asOfNow, type ShownSpan, shownSpans } from './tag-spans.ts';
import type { SnapshotAccess, View } from './view.ts';

/**
 * The store reads one thing at a time: what callers ask of it waits here, so that crawls are restored between them, and no caller's questions keep the others waiting.
 */
const READS: FairQueueOptions = {
  ...{ what: 'the history of tags', atOnce: 4, atOnceEach: 2, waitingEach: 1_000, waiting: 10_000 },
  patience: 10_000,
};

/** Digests of which the spans of a tag are read at a time, some milliseconds long: others read the store meanwhile. */
const DIGESTS = 200;

export interface TagReaderContext {
  readonly places: Places;
  /** null: none is kept. */
  readonly history: TagHistory | null;
  readonly pace: Pace;
}

/**
 * The spans of some tags of a repository, by tag, the newest first; none of a tag, or of all, where none is kept. Rejects
 * with STORE_UNAVAILABLE where they cannot be read now, and with the signal's reason once the request has ended.
 */
export type TagReader = (
  name: RepositoryName,
  tags: readonly string[],
  view: View,
) => Promise<ReadonlyMap<string, readonly ShownSpan[]>>;

/**
 * A reader with a queue of its own: four reads at a time, two of one caller, and 1,000 of one caller that wait; it
 * gives an empty map for a registry whose history is not kept. It rejects with STORE_UNAVAILABLE where the history
 * cannot be read now, too many reads wait, or one waits for more than 10 s, and with the signal's reason once the
 * request has ended.
 */
export function createTagReader({ places, history, pace }: TagReaderContext): TagReader {
  const reads = createFairQueue(READS);

  async function shown(
    name: RepositoryName,
    tags: readonly string[],
    view: View,
  ): Promise<ReadonlyMap<string, readonly ShownSpan[]>> {
    const byTag = new Map<string, readonly ShownSpan[]>();
    const part = isKept(view, name) ? partOf(view, name) : undefined;
    if (part === undefined) return byTag;
    const reference = canonicalName(`${pullOf(name)}/${name.repository}`);
    const { crawledAt } = part.snapshotIndex.snapshot;
    const mayKnow = (digest: string) => documentOf(part, name, digest) !== null;
    const together = await read(name, tags, view, null);
    const known = together === null ? null : groupedByTag(together);
    for (const tag of tags) {
      const spans = known === null ? await readTag(name, tag, view, part) : (known.get(tag) ?? []);
      if (pace.due()) await pace.rest();
      const pointing = digestsWith(part, `${reference}:${tag}`);
      byTag.set(tag, shownSpans(asOfNow(spans, pointing, crawledAt), mayKnow));
    }
    return byTag;
  }

  const pullOf = ({ facility, registry }: RepositoryName): string =>
    places.get(facility).registries.find(({ key }) => key === registry)?.pull ?? '';

  /** Whether the history of a registry's tags is kept: that of a file is not. */
  const isKept = (view: View, { facility, registry }: RepositoryName): boolean =>
    history !== null &&
    view.states.some(
      (state) => state.facility === facility && state.registry === registry && state.kind !== 'file',
    );

  /** A tag of many: together they pointed to too many images, hidden ones included. */
  async function readTag(
    name: RepositoryName,
    tag: string,
    view: View,
    part: SnapshotAccess,
  ): Promise<readonly TagSpan[]> {
    const all = await read(name, [tag], view, null);
    if (all !== null) return all;
    const spans: (readonly TagSpan[])[] = [];
    for (const some of chunksOf(digestsOf(part, name), DIGESTS)) {
      spans.push((await read(name, [tag], view, some)) ?? []);
    }
    return spans.flat();
  }

  async function read(
    { facility, registry, repository }: RepositoryName,
    tags: readonly string[],
    view: View,
    digests: readonly string[] | null,
  ): Promise<readonly NamedTagSpan[] | null> {
    const { signal } = view.bounds;
    signal.throwIfAborted();
    if (history === null) return [];
    const work = () => history.tags({ facility, registry }, repository, tags, digests);
    return reads.run(view.caller.principal, work, signal).catch((cause: unknown) => {
      signal.throwIfAborted();
      throw new FederationError('STORE_UNAVAILABLE', 'The history of tags cannot be read now.', {
        hint: 'Try again later.',
        cause,
      });
    });
  }

  return shown;
}

function groupedByTag(spans: readonly NamedTagSpan[]): ReadonlyMap<string, readonly TagSpan[]> {
  const byTag = new Map<string, TagSpan[]>();
  for (const span of spans) {
    const ofTag = byTag.get(span.tag);
    if (ofTag === undefined) byTag.set(span.tag, [span]);
    else ofTag.push(span);
  }
  return byTag;
}
