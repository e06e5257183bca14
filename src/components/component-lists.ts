// The components of all SBOMs, by the SBOM's digest, each component once: which SBOMs have a component that is chosen, and
// what one SBOM lists. Within a bound of bytes.
import { answering, type Pace, preparing } from '../model/pace.ts';
import type { Component } from './component.ts';
import type { ComponentChoice } from './component-choice.ts';
import { type KeptSbom, ListTable } from './list-table.ts';

/** Bytes of all lists unless something else is said: 5,000,000 components, all different, take less. */
const BYTES = 536_870_912;
/** Entries of released lists for which no new table is made. */
const TOLERATED = 65_536;
/** Components after which the bytes are looked at again: so many take 2 MiB at the most. */
const LOOK = 256;

export interface ComponentListsOptions {
  /** Bytes that one table may allocate. While it is made anew, the old one is there as well. Default: 512 MiB. */
  readonly bytes?: number;
  /** Different components of one name that all owners share, and then that each may add. Default: 32,768. */
  readonly nameShare?: number;
  /** In whose turns lists are added and released. Default: {@link preparing}. */
  readonly pace?: Pace;
}

/** What is kept of one SBOM. */
export interface ComponentList {
  /** How many it lists. */
  readonly length: number;
  /** Whether the SBOM lists more than these, as was said when it was added. */
  readonly truncated: boolean;
  /**
   * In the SBOM's order, from 0 and before the number of them, by default all; each is made when it is asked for. What is
   * released meanwhile is still there.
   */
  components(from?: number, to?: number): Iterable<Component>;
}

export interface ComponentUsage {
  /** Those that are kept. */
  readonly sboms: number;
  /** Entries of all lists together. */
  readonly entries: number;
  /** Different ones, those of released lists too until their table is made anew. */
  readonly components: number;
  /** Allocated for them, outside of the heap. */
  readonly bytes: number;
}

interface Place extends KeptSbom {
  readonly owner: string;
  /** That it took when it was added. */
  bytes: number;
  /** In the table. */
  list: number;
  /** Entries of its list. */
  length: number;
}

/**
 * Component lists by the digest of their SBOM. What changes them is done one after the other, in turns of the pace; who
 * asks does not wait for that, and sees whole lists alone.
 */
export class ComponentLists {
  readonly #maxBytes: number;
  readonly #pace: Pace;
  readonly #nameShare: number | undefined;
  #table: ListTable;
  #places = new Map<string, Place>();
  /** Entries that count. */
  #live = 0;
  /** By owner, the bytes of what it added. */
  readonly #bytesOf = new Map<string, number>();
  /** Owners of which a list found no room, and nothing was released since. */
  readonly #full = new Set<string>();
  #last: Promise<unknown> = Promise.resolve();

  /** Keeps no list yet. */
  constructor({ bytes = BYTES, nameShare, pace = preparing }: ComponentListsOptions = {}) {
    this.#maxBytes = bytes;
    this.#nameShare = nameShare;
    this.#table = new ListTable(nameShare);
    this.#pace = pace;
  }

  /** Another one adds lists: half of the bytes is kept for all of them, in equal shares, whatever one of them adds. */
  admit(owner: string): void {
    if (!this.#bytesOf.has(owner)) this.#bytesOf.set(owner, 0);
  }

  /** Whether the SBOM's list is kept. */
  has(digest: string): boolean {
    return this.#places.has(digest);
  }

  /** How much is kept now. */
  usage(): ComponentUsage {
    const { bytes, components } = this.#table;
    return { sboms: this.#places.size, entries: this.#live, components, bytes };
  }

  /** What an SBOM lists; null if it is not kept. */
  list(digest: string): ComponentList | null {
    const place = this.#places.get(digest);
    if (place === undefined) return null;
    const { list, length, truncated } = place;
    const table = this.#table;
    return { length, truncated, components: (from, to) => table.componentsOf(list, from, to) };
  }

  /**
   * The names of the components that the SBOMs list, each spelling once: the first `most`, in the order of the digests and of
   * their lists; an SBOM that is not kept has none. In turns of the pace, by default {@link answering}.
   */
  async names(digests: Iterable<string>, most: number, pace: Pace = answering): Promise<readonly string[]> {
    const table = this.#table;
    const lists: number[] = [];
    for (const digest of digests) {
      const place = this.#places.get(digest);
      if (place !== undefined) lists.push(place.list);
    }
    return table.names(lists, most, pace);
  }

  /**
   * The digests of the SBOMs that list a component of any of the choices, in turns of the pace, by default
   * {@link answering}: strangers may list a million versions of one name. What is released meanwhile may be among them.
   */
  async choose(choices: readonly ComponentChoice[], pace: Pace = answering): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    const table = this.#table;
    for (const choice of choices) await table.find(choice, found, pace);
    return found;
  }

  /**
   * Keeps the list of an SBOM, `truncated` (by default not) if that lists more, and counts its bytes to `owner`, by default
   * one without a name; one that is kept already stays, since a digest has one content. Resolves with false where
   * the bytes that the owner may use do not suffice, or it has too many components of one name, after what was released was
   * freed: nothing of it is kept then,
   * no choice finds it, and {@link list} is null, as for an SBOM that was not read. Those that were kept before stay, and no
   * other is taken from this owner until one is released. Rejects with a RangeError for a text of more than 65,535 bytes.
   */
  add(digest: string, components: readonly Component[], truncated = false, owner = ''): Promise<boolean> {
    return this.#inTurn(async () => {
      if (this.#places.has(digest)) return true;
      if (this.#full.has(owner)) return false;
      this.admit(owner);
      const kept = { digest, truncated, owner };
      const released = this.#table.entries - this.#live;
      if (await this.#append(kept, components)) return true;
      if (released > 0) {
        await this.#remake();
        if (await this.#append(kept, components)) return true;
      }
      this.#full.add(owner);
      return false;
    });
  }

  /** Whether the table may have its bytes, of which the owner adds so many. */
  #hasRoom(owner: string, added: number): boolean {
    const { bytes } = this.#table;
    const owners = this.#bytesOf.size;
    const isShare = (this.#bytesOf.get(owner) ?? 0) + added <= this.#maxBytes / 2 / owners;
    return bytes <= (owners === 1 || isShare ? this.#maxBytes : this.#maxBytes / 2);
  }

  /**
   * Releases every list but those of the digests: what no image uses any more. They are not found from now on; their
   * bytes are free when the promise is fulfilled, but for at most as many entries as are kept, and 65,536.
   */
  retain(digests: ReadonlySet<string>): Promise<void> {
    for (const [digest, place] of this.#places) {
      if (digests.has(digest)) continue;
      place.live = false;
      this.#full.clear();
      this.#bytesOf.set(place.owner, (this.#bytesOf.get(place.owner) ?? 0) - place.bytes);
      this.#live -= place.length;
      this.#places.delete(digest);
    }
    return this.#inTurn(async () => {
      const released = this.#table.entries - this.#live;
      if (released > this.#live + TOLERATED || (this.#live === 0 && released > 0)) await this.#remake();
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #append(
    sbom: Pick<Place, 'digest' | 'truncated' | 'owner'>,
    components: readonly Component[],
  ): Promise<boolean> {
    const table = this.#table;
    const { bytes: before } = table;
    const place: Place = { ...sbom, live: false, list: 0, length: components.length, bytes: 0 };
    place.list = table.begin(place);
    const hasRoom = (): boolean => this.#hasRoom(sbom.owner, table.bytes - before);
    for (const [index, component] of components.entries()) {
      if (this.#pace.due()) await this.#pace.rest();
      if (table.append(component, sbom.owner) === null) return false;
      if (index % LOOK === 0 && !hasRoom()) return false;
    }
    if (!hasRoom()) return false;
    place.bytes = table.bytes - before;
    place.live = true;
    this.#places.set(place.digest, place);
    this.#bytesOf.set(place.owner, (this.#bytesOf.get(place.owner) ?? 0) + place.bytes);
    this.#live += place.length;
    return true;
  }

  /** A new table of what is not released. The old one answers until it is ready. */
  async #remake(): Promise<void> {
    const table = new ListTable(this.#nameShare);
    const ids = new Uint32Array(this.#table.components);
    const lists = new Map<Place, number>();
    for (const place of [...this.#places.values()]) {
      if (!place.live) continue;
      lists.set(place, table.begin(place));
      for (const old of this.#table.idsOf(place.list)) {
        if (this.#pace.due()) await this.#pace.rest();
        const known = ids[old] as number;
        if (known > 0) table.appendId(known - 1);
        else ids[old] = (table.append(this.#table.component(old), null) ?? 0) + 1;
      }
    }
    for (const [place, list] of lists) place.list = list;
    this.#table = table;
  }
}
