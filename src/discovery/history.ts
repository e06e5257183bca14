// Where tags pointed, as far as a caller may know: a digest is shown only while the caller may discover a current record
// of it in the same repository. Nothing here depends on any other record, nor on how many there are.

import type { WallClock } from '../model/clock.ts';
import { FederationError } from '../model/errors.ts';
import { parseImageReference, repositoriesNamed } from '../model/image-reference.ts';
import { byCodeUnits } from '../model/sorted.ts';
import { requireSnapshots } from './lookup.ts';
import { imageOf, type RepositoryName } from './tag-images.ts';
import { createTagReader, type TagReaderContext } from './tag-reader.ts';
import { digestsAt, movedAt, type ShownSpan } from './tag-spans.ts';
import { createView, type RequestScope, type View, type ViewSources, type VisibleItem } from './view.ts';

/** Tags of one image whose history is read. */
const MAX_TAGS = 100;

/** Spans of one image, and of one of its tags, the newest. */
const MAX_SPANS = 100;

/** A span with the tag that it is of. */
export interface NamedSpan extends ShownSpan {
  readonly tag: string;
}

/** What a caller should know of an image. */
export interface ImageNotice {
  readonly code: 'TAG_MOVED' | 'HISTORY_UNAVAILABLE' | 'TRUST_LOST' | 'SIGNED_AS_OTHER';
  readonly message: string;
  /** null: it is about no single tag. */
  readonly tag: string | null;
  /** Milliseconds since the epoch. */
  readonly since: number | null;
}

export interface HistoryContext extends ViewSources, TagReaderContext {
  readonly clock: WallClock;
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
  /** The spans of its first 100 tags, the newest first, at most 100; empty where no history is kept. */
  ofImage(visible: VisibleItem): Promise<readonly NamedSpan[]>;
  /**
   * Which tags of an image moved to it within `movedWithin` seconds, the latest first; empty where none did, or no
   * history is kept. Where the history cannot be read now, one notice says so.
   */
  notices(visible: VisibleItem): Promise<readonly ImageNotice[]>;
}

/** A tag in one registry. */
interface TagName extends RepositoryName {
  readonly tag: string;
}

/**
 * The history of tags over the context's catalog and store, as far as a caller may discover its images. The spans of an
 * image are read once for all fields of a request: of its first 100 tags, and at most the 100 newest. Its methods
 * reject as {@link History} says: with STORE_UNAVAILABLE, BAD_INPUT, SOURCE_UNAVAILABLE or HISTORY_NOT_KEPT, with
 * NOT_READY or INTERNAL as {@link createView} does, and with the signal's reason once the request has ended.
 */
export function createHistory(context: HistoryContext): History {
  const { places, clock, history, movedWithin } = context;
  /** Several fields of one image read the same spans. */
  const known = new WeakMap<VisibleItem, Promise<ImageHistory>>();
  const shown = createTagReader(context);

  const shownOf = async (name: TagName, view: View): Promise<readonly ShownSpan[]> =>
    (await shown(name, [name.tag], view)).get(name.tag) ?? [];

  /** The registries that could hold the tag, in federation.yaml's order, judged by their addresses alone. */
  function namesOf(reference: string): readonly TagName[] {
    const { name, tag } = parseReference(reference);
    return places.facilities.flatMap(({ id: facility, registries }) =>
      registries.flatMap(({ key: registry, pull }) =>
        repositoriesNamed(name, pull).map((repository) => ({ facility, registry, repository, tag })),
      ),
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
  const parsed = parseImageReference(reference);
  if (parsed !== null && parsed.tag !== null && parsed.digest === null) {
    return { name: parsed.name, tag: parsed.tag };
  }
  throw new FederationError('BAD_INPUT', 'The history is that of a tag: a digest has none.', {
    at: 'reference',
    hint: 'Write the host, the repository and the tag: `registry.example/em/relion:5.0`.',
  });
}
