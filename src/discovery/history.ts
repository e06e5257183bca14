// Where tags pointed, as far as a caller may know: a digest is shown only while the caller may discover a current record
// of it in the same repository. Nothing here depends on any other record, nor on how many there are.
import { byCodeUnits } from '../catalog/sorted.ts';
import type { WallClock } from '../model/clock.ts';
import { FederationError } from '../model/errors.ts';
import { createFairQueue, type FairQueueOptions } from '../model/fair-queue.ts';
import { chunksOf } from '../store/chunks.ts';
import type { NamedTagSpan, TagHistory } from '../store/store.ts';
import { requireSnapshots } from './lookup.ts';
import type { Places } from './places.ts';
import { digestsOf, documentOf, imageOf, partOf, type RepositoryName } from './tag-images.ts';
import { digestsAt, movedAt, type ShownSpan, shownSpans } from './tag-spans.ts';
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

/** Digests of which the spans are read at a time, some milliseconds long: others read the store meanwhile. */
const DIGESTS = 1_000;

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
  const { places, clock, history, movedWithin } = context;
  /** Several fields of one image read the same spans. */
  const known = new WeakMap<VisibleItem, Promise<readonly NamedSpan[]>>();
  const reads = createFairQueue(READS);

  /** The spans of some tags of a repository, tag by tag. */
  async function shown(
    name: RepositoryName,
    tags: readonly string[],
    view: View,
  ): Promise<readonly NamedSpan[]> {
    const part = partOf(view, name);
    if (part === undefined) return [];
    const spans = (await read(name, tags, view, null)) ?? (await readKnown(name, tags, view, part));
    const mayKnow = (digest: string) => documentOf(part, name, digest) !== null;
    return tags.flatMap((tag) => {
      const ofTag = spans.filter((span) => span.tag === tag);
      return shownSpans(ofTag, mayKnow).map((span) => ({ ...span, tag }));
    });
  }

  /** Of tags that pointed to very many images, hidden ones included: what is of those that may be discovered. */
  async function readKnown(
    name: RepositoryName,
    tags: readonly string[],
    view: View,
    part: SnapshotAccess,
  ): Promise<readonly NamedTagSpan[]> {
    const spans: (readonly NamedTagSpan[])[] = [];
    for (const some of chunksOf(digestsOf(part, name), DIGESTS)) {
      spans.push((await read(name, tags, view, some)) ?? []);
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

  async function readImage({ image, view }: VisibleItem): Promise<readonly NamedSpan[]> {
    const spans = await shown(image, image.tags.slice(0, MAX_TAGS), view);
    return [...spans].sort(
      (a, b) => b.since - a.since || byCodeUnits(a.tag, b.tag) || byCodeUnits(a.digest ?? '', b.digest ?? ''),
    );
  }

  function ofImage(visible: VisibleItem): Promise<readonly NamedSpan[]> {
    const spans = known.get(visible) ?? readImage(visible);
    known.set(visible, spans);
    return spans;
  }

  return {
    ofImage,

    async ofReference(reference, scope) {
      const names = namesOf(reference);
      const view = await viewFor(names, scope);
      let found: readonly NamedSpan[] = [];
      for (const name of names) {
        const spans = await shown(name, [name.tag], view);
        if (found.length === 0) found = spans;
      }
      return found;
    },

    async imageAt(reference, at, scope) {
      const names = namesOf(reference);
      if (history === null) throw notKept();
      const view = await viewFor(names, scope);
      let found: VisibleItem | null = null;
      for (const name of names) {
        for (const digest of digestsAt(await shown(name, [name.tag], view), at))
          found ??= imageOf(view, name, digest);
      }
      return found;
    },

    async notices(visible) {
      const { digest, tags } = visible.image;
      if (history === null || movedWithin === 0 || digest === null || tags.length === 0) return [];
      let spans: readonly NamedSpan[];
      try {
        spans = await ofImage(visible);
      } catch (error) {
        visible.view.bounds.signal.throwIfAborted();
        if (error instanceof FederationError && error.code === 'STORE_UNAVAILABLE') return [UNKNOWN];
        throw error;
      }
      const from = clock.wall() - movedWithin * 1_000;
      return tags
        .flatMap((tag): readonly Moved[] => {
          const since = movedAt(
            spans.filter((span) => span.tag === tag),
            digest,
          );
          return since === null || since < from ? [] : [{ tag, since }];
        })
        .sort((a, b) => b.since - a.since || byCodeUnits(a.tag, b.tag))
        .map(moved);
    },
  };
}

interface Moved {
  readonly tag: string;
  readonly since: number;
}

const moved = ({ tag, since }: Moved): ImageNotice => ({
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
