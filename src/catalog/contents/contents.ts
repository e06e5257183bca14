// What is inside the images of all registries: which SBOMs each has, and one table of their components.
import { ComponentLists } from '../../components/component-lists.ts';
import type { SbomFormat } from '../../components/read-sbom.ts';
import type { ImageRecord } from '../../model/image.ts';

/** An SBOM of an image. */
export interface ImageSbom {
  /** What its list is known by in {@link Contents.lists}. */
  readonly digest: string;
  readonly format: SbomFormat;
  /** As {@link ImageRecord.manifests} has it; null: it is about the whole image, or nobody says. */
  readonly platform: string | null;
  /** Whether a signer whom the facility trusts signed the statement that it is the image's. */
  readonly isVerified: boolean;
}

/** What is known of the inside of one image. */
export interface ImageContents {
  /** By digest; at most 16. */
  readonly sboms: readonly ImageSbom[];
  /** Whether all that is attached to the image was read, and all that was found in it is kept. */
  readonly isWhole: boolean;
}

/** What is inside images. Its callers see to it that the person may pull them. */
export interface Contents {
  readonly lists: ComponentLists;
  /** What is known of the inside of an image, as it is now. */
  of(record: ImageRecord): ImageContents;
  /** Counts up with each change of which image has which SBOM, and with what is held again. */
  readonly revision: number;
  /** The digests of all SBOMs, each with the ids of its images. */
  holders(): Iterable<readonly [string, ReadonlySet<string>]>;
  /** The ids of the images that have an SBOM of one of the digests; an id may come more than once. */
  imagesWith(digests: Iterable<string>): Iterable<string>;
}

/** What is known of the images of one registry. */
export type ContentsOfRegistry = Pick<Contents, 'of'>;

/** Where registries put what they read. */
export interface ContentsTable extends Contents {
  /** Whom to ask of images of this registry. */
  register(facility: string, registry: string, contents: ContentsOfRegistry): void;
  /** Keeps the list while it is being given to an image; each call is followed by one of `unpin`. */
  pin(digest: string): void;
  /** Ends one `pin`: a list that no image has then goes with the next `release`. */
  unpin(digest: string): void;
  /** The image has the SBOM. */
  hold(digest: string, id: string): void;
  /** The image has it no longer. */
  drop(digest: string, id: string): void;
  /** Releases the lists that no image has any more; resolves when it is done. Never rejects. */
  release(): Promise<void>;
}

/** An image of which nothing is known. */
const UNREAD: ImageContents = Object.freeze({ sboms: Object.freeze([]), isWhole: false });

/**
 * An empty table; `lists` has the components, by default none yet. Of a registry that was not registered, and of an image of
 * which nothing was read, there are no SBOMs, and `isWhole` is false. None of its methods throws or rejects.
 */
export function createContents(lists = new ComponentLists()): ContentsTable {
  const registries = new Map<string, ContentsOfRegistry>();
  /** By digest of an SBOM, the ids of its images. */
  const holders = new Map<string, Set<string>>();
  const pinned = new Map<string, number>();
  let isDropped = false;
  let revision = 0;

  return {
    lists,
    get revision() {
      return revision;
    },
    holders: () => holders.entries(),
    register(facility, registry, contents) {
      registries.set(`${facility}/${registry}`, contents);
      lists.admit(facility);
    },
    of: (record) => registries.get(`${record.facility}/${record.registry}`)?.of(record) ?? UNREAD,
    *imagesWith(digests) {
      for (const digest of digests) yield* holders.get(digest) ?? [];
    },
    pin: (digest) => void pinned.set(digest, (pinned.get(digest) ?? 0) + 1),
    unpin(digest) {
      const count = (pinned.get(digest) ?? 0) - 1;
      if (count > 0) pinned.set(digest, count);
      else pinned.delete(digest);
      if (!holders.has(digest)) isDropped = true;
    },
    hold(digest, id) {
      revision += 1;
      const ids = holders.get(digest) ?? new Set();
      holders.set(digest, ids.add(id));
    },
    drop(digest, id) {
      const ids = holders.get(digest);
      if (ids?.delete(id) !== true) return;
      revision += 1;
      if (ids.size > 0) return;
      holders.delete(digest);
      isDropped = true;
    },
    async release() {
      if (!isDropped) return;
      isDropped = false;
      await lists.retain(new Set([...holders.keys(), ...pinned.keys()])).catch(() => undefined);
    },
  };
}
