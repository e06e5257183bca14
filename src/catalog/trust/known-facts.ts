// What is known of the attachments of a registry's images: in memory as text, of which a hundred thousand find room, and behind
// that in the store.
import type { Attachments, ImageRecord } from '../../model/image.ts';
import { paced, preparing } from '../../model/pace.ts';
import type { Trust } from '../../model/trust.ts';
import type { FactStore } from './fact-store.ts';
import {
  type ImageFacts,
  isPacked,
  NOTHING_ATTACHED,
  NOTHING_KNOWN,
  packedFacts,
  unpackedFacts,
  withStoredFacts,
} from './image-facts.ts';

/** How an image was judged, and of what. */
export interface JudgedImage {
  readonly of: Pick<ImageRecord, 'attachments' | 'claims'>;
  /** When the clock alone changes it, in milliseconds since the epoch; null: it does not. */
  readonly until: number | null;
  readonly trust: Trust;
}

/** What is known of one image, and what follows from it for the attachments that it has. */
export interface KnownImage {
  readonly packed: string | ImageFacts;
  /** Its trust, as it was judged; null: not yet. */
  judged: JudgedImage | null;
  /** Whether something is yet to be verified; null: that was not looked at. */
  pending: { readonly of: Attachments; readonly is: boolean } | null;
}

export interface KnownFacts {
  /** What follows from the facts of the image is kept with them; null: there are none but those that many images have. */
  entryOf(id: string): KnownImage | null;
  /** Keeps how the image was judged, where it has facts of its own, or the clock alone changes it. */
  keepJudged(id: string, judged: JudgedImage): void;
  /** When the clock alone changes how one of the images was judged, in milliseconds since the epoch; null: it changes none. */
  changesAt(): number | null;
  /** Whether nothing was ever attached to the image. */
  isPlain(id: string): boolean;
  /** The facts of the image; `NOTHING_KNOWN` where there are none. */
  factsOf(id: string): ImageFacts;
  /** Replaces what is known; it is written behind. */
  keep(id: string, facts: ImageFacts): void;
  /**
   * Reads what the store has of the images of which nothing is known, and forgets those of other images. `isPlain`: nothing is
   * attached to it now. Never rejects: what cannot be read now is read when it is verified.
   */
  load(records: readonly ImageRecord[], isPlain: (record: ImageRecord) => boolean): Promise<void>;
  /** Reads again what could not be read. Never rejects. */
  readAgain(id: string): Promise<void>;
  /** Resolves when what was kept is written, or was given up. Never rejects. */
  flush(): Promise<void>;
}

const knownAs = (packed: KnownImage['packed']): KnownImage => ({ packed, judged: null, pending: null });

const charactersOf = (entry: KnownImage | undefined): number =>
  typeof entry?.packed === 'string' ? entry.packed.length : 0;

const shortened = ({ packed }: KnownImage): KnownImage =>
  knownAs(typeof packed === 'string' ? packedFacts(unpackedFacts(packed), LEAN) : packed);

/** Shared by all images that they are true of. */
const ATTACHED_TO_NOTHING = knownAs(NOTHING_ATTACHED);
const UNKNOWN = knownAs(NOTHING_KNOWN);

/** Characters of the facts of all images of a registry, a byte each: those of 100,000 images, of a usual length. */
const ROOM = 134_217_728;
/** Characters of one image's facts where those of the registry have no room any more. */
const LEAN = 2_048;

/** Images that are read from the store, or written to it, together. */
const TOGETHER = 256;

/**
 * The facts of a registry's images, none of which is known yet; `store` keeps them. Read from it, and written to it, are 256
 * images at a time. Where the facts of all images have more characters than `room`, by default 134,217,728, those that come then
 * are shortened to what vouches, as {@link packedFacts} does. None of its methods throws or rejects.
 */
export function createKnownFacts(store: FactStore, room = ROOM): KnownFacts {
  let known = new Map<string, KnownImage>();
  /** Images of which the store could not be read: what is found of them is not written over what it has. */
  const unread = new Set<string>();
  const unwritten = new Map<string, string>();
  let writing: Promise<void> = Promise.resolve();
  /** Characters of all of them. */
  let held = 0;

  async function writeSome(): Promise<void> {
    const facts = new Map([...unwritten].filter(([id]) => !unread.has(id)));
    unwritten.clear();
    const failed = await store.write(facts, withStoredFacts);
    // They are tried again with what is found next.
    for (const id of failed) {
      const packed = facts.get(id);
      if (packed !== undefined && known.has(id) && !unwritten.has(id)) unwritten.set(id, packed);
    }
  }

  function flush(): Promise<void> {
    writing = writing.then(() => (unwritten.size === 0 ? undefined : writeSome()));
    return writing;
  }

  async function stored(ids: readonly string[]): Promise<ReadonlyMap<string, KnownImage>> {
    const texts = await store.read(ids);
    for (const id of ids) {
      if (texts === null) unread.add(id);
      else unread.delete(id);
    }
    const entries = new Map<string, KnownImage>();
    // Whoever may attach makes each of them long.
    await paced(texts ?? [], preparing, ([id, text]) => {
      if (isPacked(text)) entries.set(id, knownAs(text));
    });
    return entries;
  }

  function hold(id: string, entry: KnownImage): void {
    held += charactersOf(entry) - charactersOf(known.get(id));
    known.set(id, entry);
  }

  const isShared = (entry: KnownImage): boolean => entry === UNKNOWN || entry === ATTACHED_TO_NOTHING;

  function entryOf(id: string): KnownImage | null {
    const entry = known.get(id);
    return entry === undefined || isShared(entry) ? null : entry;
  }

  return {
    entryOf,
    keepJudged(id, judged) {
      const entry = known.get(id);
      if (entry === undefined) return;
      if (!isShared(entry)) entry.judged = judged;
      else if (judged.until !== null) known.set(id, { ...knownAs(entry.packed), judged });
    },
    changesAt() {
      let first: number | null = null;
      for (const { judged } of known.values()) {
        const until = judged?.until ?? null;
        if (until !== null && (first === null || until < first)) first = until;
      }
      return first;
    },
    isPlain: (id) => known.get(id) === ATTACHED_TO_NOTHING,
    factsOf(id) {
      const { packed } = known.get(id) ?? UNKNOWN;
      return typeof packed === 'string' ? unpackedFacts(packed) : packed;
    },
    keep(id, facts) {
      const packed = packedFacts(facts, held > room ? LEAN : undefined);
      hold(id, knownAs(packed));
      unwritten.set(id, packed);
      if (unwritten.size === TOGETHER) void flush();
    },
    async load(records, isPlain) {
      const present = new Map<string, KnownImage>();
      let taken = 0;
      let missing: string[] = [];
      const readMissing = async (): Promise<void> => {
        for (const [id, read] of await stored(missing)) {
          if (preparing.due()) await preparing.rest();
          const entry = taken > room ? shortened(read) : read;
          taken += charactersOf(entry);
          present.set(id, entry);
        }
        missing = [];
      };
      for (const record of records) {
        if (preparing.due()) await preparing.rest();
        const { id, digest } = record;
        if (digest === null) continue;
        const before = known.get(id);
        taken += charactersOf(before);
        present.set(id, before ?? (isPlain(record) ? ATTACHED_TO_NOTHING : UNKNOWN));
        if (before !== undefined && !unread.has(id)) continue;
        if (missing.push(id) >= TOGETHER) await readMissing();
      }
      if (missing.length > 0) await readMissing();
      // What was verified meanwhile counts.
      for (const id of present.keys()) {
        const now = known.get(id);
        if (now !== undefined && typeof now.packed === 'string') present.set(id, now);
      }
      known = present;
      held = 0;
      for (const entry of known.values()) held += charactersOf(entry);
      for (const id of unread) if (!known.has(id)) unread.delete(id);
    },
    async readAgain(id) {
      if (!unread.has(id)) return;
      for (const [, entry] of await stored([id])) hold(id, entry);
    },
    flush,
  };
}
