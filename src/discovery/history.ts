// Where tags pointed, as far as a caller may know: a digest is shown only while the caller may discover a current record
// of it in the same repository. Nothing here depends on any other record, nor on how many there are.
import { byCodeUnits } from '../catalog/sorted.ts';
import type { WallClock } from '../model/clock.ts';
import { FederationError } from '../model/errors.ts';
import { createFairQueue, type FairQueueOptions } from '../model/fair-queue.ts';
import type { Pace } from '../model/pace.ts';
import { chunksOf } from '../store/chunks.ts';
import type { NamedTagSpan, TagHistory, TagSpan } from '../store/store.ts';
import { requireSnapshots } from './lookup.ts';
import type { Places } from './places.ts';
import { digestsOf, digestsWith, documentOf, imageOf, partOf, type RepositoryName } from './tag-images.ts';
import { asOfNow, digestsAt, movedAt, type ShownSpan, shownSpans } from './tag-spans.ts';
import {
  createView,
  type RequestScope,
  type SnapshotAccess,
  type View,
  type ViewSources,
  type VisibleItem,
} from './view.ts';

/** Tags of one image whose history is read. */
const MAX_TAGS = 100;

/**
 * The store does one thing at a time: what callers ask of it waits here, so that crawls are stored and restored between
 * them, and no caller's questions keep the others waiting.
 */
const READS: FairQueueOptions = {
  ...{ what: 'the history of tags', atOnce: 4, atOnceEach: 2, waitingEach: 1_000, waiting: 10_000 },
  patience: 10_000,
};

/** Spans of one image, and of one of its tags, the newest. */
const MAX_SPANS = 100;

/** Digests of which the spans of a tag are read at a time, some milliseconds long: others read the store meanwhile. */
const DIGESTS = 200;

/** A span with the tag that it is of. */
export interface NamedSpan extends ShownSpan {
  readonly tag: string;
}

/** What a caller should know of an image. */
export interface ImageNotice {
  readonly code: 'TAG_MOVED' | 'HISTORY_UNAVAILABLE';
  readonly message: string;
  /** null: it is about no single tag. */
  readonly tag: string | null;
  /** Milliseconds since the epoch. */
  readonly since: number | null;
}

export interface HistoryContext extends ViewSources {
  readonly places: Places;
  readonly clock: WallClock;
  /** null: none is kept. */
  readonly history: TagHistory | null;
  /** Seconds for which an image has a notice that one of its tags moved. */
  readonly movedWithin: number;
  readonly pace: Pace;
}

/** All methods reject with STORE_UNAVAILABLE where the history cannot be read now, but `notices`. */
export interface History {
  /**
   * The spans of a tag, `<pull>/<repository>:<tag>`, the newest first; empty where no current image that it pointed to
   * may be discovered. Rejects with BAD_INPUT for another name, and with SOURCE_UNAVAILABLE.
   */
  ofReference(reference: string, scope: RequestScope): Promise<readonly NamedSpan[]>;
  /**
   * The image that a tag pointed to at a time, in milliseconds since the epoch, as it is now; null where there is none
   * that may be discovered. Rejects as `ofReference` does, and with HISTORY_NOT_KEPT.
   */
  imageAt(reference: string, at: number, scope: RequestScope): Promise<VisibleItem | null>;
  /** The spans of all tags of an image, the newest first. */
  ofImage(visible: VisibleItem): Promise<readonly NamedSpan[]>;
  /** Which tags of an image moved lately, the latest first. */
  notices(visible: VisibleItem): Promise<readonly ImageNotice[]>;
}

/** A tag in one registry. */
interface TagName extends RepositoryName {
  readonly tag: string;
}

export function createHistory(context: HistoryContext): History {
  const { places, clock, history, movedWithin, pace } = context;
  /** Several fields of one image read the same spans. */
  const known = new WeakMap<VisibleItem, Promise<ImageHistory>>();
  const reads = createFairQueue(READS);

  /** The spans of some tags of a repository, by tag, the newest first. */
  async function shown(
    name: RepositoryName,
    tags: readonly string[],
    view: View,
  ): Promise<ReadonlyMap<string, readonly ShownSpan[]>> {
    const byTag = new Map<string, readonly ShownSpan[]>();
    const part = isKept(view, name) ? partOf(view, name) : undefined;
    if (part === undefined) return byTag;
    const reference = `${pullOf(name)}/${name.repository}`;
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

  const shownOf = async (name: TagName, view: View): Promise<readonly ShownSpan[]> =>
    (await shown(name, [name.tag], view)).get(name.tag) ?? [];

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

  /** The registries that could hold the tag, in federation.yaml's order, judged by their addresses alone. */
  function namesOf(reference: string): readonly TagName[] {
    const { name, tag } = parseReference(reference);
    return places.facilities.flatMap(({ id: facility, registries }) =>
      registries
        .filter(({ pull }) => name.startsWith(`${pull}/`))
        .map(({ key: registry, pull }) => ({
          ...{ facility, registry, repository: name.slice(pull.length + 1), tag },
        })),
    );
  }

  async function viewFor(names: readonly TagName[], scope: RequestScope): Promise<View> {
    const isWanted = (facility: string, registry: string): boolean =>
      names.some((name) => name.facility === facility && name.registry === registry);
    const others = (facility: string, registry: string) => !isWanted(facility, registry);
    const view = await createView(context, scope, null, { maxAge: null }, others);
    requireSnapshots(view, ({ facility, registry }) => isWanted(facility, registry));
    return view;
  }

  async function readImage({ image, view }: VisibleItem): Promise<ImageHistory> {
    const byTag = await shown(image, image.tags.slice(0, MAX_TAGS), view);
    const spans: NamedSpan[] = [];
    const moves: Move[] = [];
    for (const [tag, ofTag] of byTag) {
      for (const span of ofTag.slice(0, MAX_SPANS)) spans.push({ ...span, tag });
      const since = image.digest === null ? null : movedAt(ofTag, image.digest);
      if (since !== null) moves.push({ tag, since });
    }
    return { spans: spans.sort(newestFirst).slice(0, MAX_SPANS), moves };
  }

  function historyOf(visible: VisibleItem): Promise<ImageHistory> {
    const read = known.get(visible) ?? readImage(visible);
    known.set(visible, read);
    return read;
  }

  return {
    ofImage: async (visible) => (await historyOf(visible)).spans,

    async ofReference(reference, scope) {
      const names = namesOf(reference);
      const view = await viewFor(names, scope);
      let found: readonly NamedSpan[] = [];
      for (const name of names) {
        const spans = await shownOf(name, view);
        if (found.length === 0) found = spans.map((span) => ({ ...span, tag: name.tag }));
      }
      return found;
    },

    async imageAt(reference, at, scope) {
      const names = namesOf(reference);
      if (history === null) throw notKept();
      const view = await viewFor(names, scope);
      let found: VisibleItem | null = null;
      for (const name of names) {
        for (const digest of digestsAt(await shownOf(name, view), at)) found ??= imageOf(view, name, digest);
      }
      return found;
    },

    async notices(visible) {
      const { digest, tags } = visible.image;
      if (history === null || movedWithin === 0 || digest === null || tags.length === 0) return [];
      const from = clock.wall() - movedWithin * 1_000;
      try {
        const { moves } = await historyOf(visible);
        return moves
          .filter(({ since }) => since >= from)
          .sort((a, b) => b.since - a.since || byCodeUnits(a.tag, b.tag))
          .map(noticeOf);
      } catch (error) {
        visible.view.bounds.signal.throwIfAborted();
        if (error instanceof FederationError && error.code === 'STORE_UNAVAILABLE') return [UNKNOWN];
        throw error;
      }
    },
  };
}

/** The spans of all tags of an image, the newest first, and when which tag moved to it. */
interface ImageHistory {
  readonly spans: readonly NamedSpan[];
  readonly moves: readonly Move[];
}

const newestFirst = (a: NamedSpan, b: NamedSpan): number =>
  b.since - a.since || byCodeUnits(a.tag, b.tag) || byCodeUnits(a.digest ?? '', b.digest ?? '');

function groupedByTag(spans: readonly NamedTagSpan[]): ReadonlyMap<string, readonly TagSpan[]> {
  const byTag = new Map<string, TagSpan[]>();
  for (const span of spans) {
    const ofTag = byTag.get(span.tag);
    if (ofTag === undefined) byTag.set(span.tag, [span]);
    else ofTag.push(span);
  }
  return byTag;
}

interface Move {
  readonly tag: string;
  readonly since: number;
}

const noticeOf = ({ tag, since }: Move): ImageNotice => ({
  code: 'TAG_MOVED',
  message: `The tag ${tag} moved to this image at ${new Date(since).toISOString()}: before, it pointed to another one.`,
  tag,
  since,
});

const UNKNOWN: ImageNotice = {
  code: 'HISTORY_UNAVAILABLE',
  message: 'The history of tags cannot be read now: it is not known whether a tag of this image moved.',
  tag: null,
  since: null,
};

const notKept = (): FederationError =>
  new FederationError('HISTORY_NOT_KEPT', 'This gateway keeps no history of tags.', {
    at: 'asOf',
    hint: 'Ask without `asOf`; the operator of the gateway can give it a store.',
  });

/** Throws BAD_INPUT unless it is a name with a tag. */
function parseReference(reference: string): { readonly name: string; readonly tag: string } {
  const [, name, tag] = /^([^@]+):([^/@:]+)$/.exec(reference) ?? [];
  if (name !== undefined && tag !== undefined) return { name, tag };
  throw new FederationError('BAD_INPUT', 'The history is that of a tag: a digest has none.', {
    at: 'reference',
    hint: 'Write the host, the repository and the tag: `registry.example/em/relion:5.0`.',
  });
}
