// The component lists of SBOMs over one table of components, and the way from a component to the SBOMs that list it. It only
// grows: what is released stays until a new table is made of the rest.
import { type Pace, paced } from '../model/pace.ts';
import { Column } from './column.ts';
import type { Component } from './component.ts';
import { type ComponentChoice, lookupKey, matchesPackage, matchesVersion } from './component-choice.ts';
import { ComponentTable } from './component-table.ts';

/** Entries after which it is seen whether the turn is over. */
const LOOK = 64;

/** Before the first entry of a component. */
const NOTHING = 0;

/** A list: its entries are from `start` to before `end`. */
interface List {
  readonly kept: KeptSbom;
  readonly start: number;
  end: number;
}

/** An SBOM, in every table it is copied to. */
export interface KeptSbom {
  readonly digest: string;
  readonly truncated: boolean;
  /** Whether it counts: its list is complete, and not released. */
  live: boolean;
}

/** Lists of components, each component stored once. Takes the indexes of its own lists and components alone. */
export class ListTable {
  readonly #components: ComponentTable;
  /** By entry: its component, and the entry before it of the same component. */
  readonly #listed = new Column();
  readonly #before = new Column();
  /** By component: its last entry. */
  readonly #last = new Column();
  readonly #lists: List[] = [];

  /** Has no list yet. `share`: different components of one name that all owners share, and then that each may add: 32,768. */
  constructor(share?: number) {
    this.#components = new ComponentTable(share);
    this.#listed.push(NOTHING);
    this.#before.push(NOTHING);
  }

  /** Bytes that are allocated. */
  get bytes(): number {
    return this.#components.bytes + this.#listed.bytes + this.#before.bytes + this.#last.bytes;
  }

  /** How many different components there are, those of released lists too. */
  get components(): number {
    return this.#components.length;
  }

  /** Entries of all lists, those of released ones too. */
  get entries(): number {
    return this.#listed.length - 1;
  }

  /**
   * Begins a list, to which {@link append} appends from now on, and gives its index, which is the first argument of {@link
   * idsOf}.
   */
  begin(kept: KeptSbom): number {
    return this.#lists.push({ kept, start: this.#listed.length, end: this.#listed.length }) - 1;
  }

  /**
   * Appends a component to the list that was begun last, and gives the component's id; null: the owner may add no other of its
   * name. Owner null: it was in another table.
   * @throws RangeError for a text of more than 65,535 bytes.
   */
  append(component: Component, owner: string | null): number | null {
    const id = this.#components.add(component, owner);
    if (id !== null) this.appendId(id);
    return id;
  }

  /** As {@link append}, for an id that it gave. */
  appendId(id: number): void {
    this.#last.growTo(id);
    const entry = this.#listed.push(id);
    this.#before.push(this.#last.get(id));
    this.#last.set(id, entry);
    (this.#lists.at(-1) as List).end = entry + 1;
  }

  /** The ids of the components of a list, in its order: of those `from` to before `to` in it, by default of all. */
  *idsOf(list: number, from = 0, to = Number.POSITIVE_INFINITY): Generator<number> {
    const { start, end } = this.#lists[list] as List;
    const last = Math.min(end, start + to);
    for (let entry = start + Math.max(0, from); entry < last; entry += 1) yield this.#listed.get(entry);
  }

  /** As {@link idsOf}, the components. */
  *componentsOf(list: number, from?: number, to?: number): Generator<Component> {
    for (const id of this.idsOf(list, from, to)) yield this.#components.get(id);
  }

  /** The component of an id that {@link append} gave. */
  component(id: number): Component {
    return this.#components.get(id);
  }

  /** The first `most` names in the lists, each spelling once, in turns of the pace. */
  async names(lists: readonly number[], most: number, pace: Pace): Promise<readonly string[]> {
    const seen = new Uint8Array(this.#components.length);
    const names = new Map<number, string>();
    let looked = 0;
    for (const list of lists) {
      for (const id of this.idsOf(list)) {
        if (names.size >= most) return [...names.values()];
        looked += 1;
        if (looked % LOOK === 0 && pace.due()) await pace.rest();
        // Most components are in many lists.
        if (seen[id] === 1) continue;
        seen[id] = 1;
        const { name } = this.#components.row(id);
        if (!names.has(name)) names.set(name, this.#components.textOf(name));
      }
    }
    return [...names.values()];
  }

  /**
   * Adds to `found` the digests of the live lists ({@link KeptSbom}) that have a component of the choice, in turns of the pace.
   */
  async find(choice: ComponentChoice, found: Set<string>, pace: Pace): Promise<void> {
    /** By the id of a name: by that of a purl's pattern. Most of those that share a key are versions of one package. */
    const packages = new Map<number, Map<number, boolean>>();
    const versions = new Map<number, boolean>();
    await paced(this.#components.withKey(lookupKey(choice)), pace, (id) => {
      const { name, pattern, version } = this.#components.row(id);
      const patterns = packages.get(name) ?? new Map<number, boolean>();
      packages.set(name, patterns);
      const isChosen = remembered(patterns, pattern, () =>
        matchesPackage(choice, this.#components.packageOf(id)),
      );
      if (!isChosen) return;
      const isInRange = remembered(versions, version, () =>
        matchesVersion(choice, this.#components.versionOf(version)),
      );
      if (isInRange) this.#addListing(id, found);
    });
  }

  #addListing(id: number, found: Set<string>): void {
    let entry = id < this.#last.length ? this.#last.get(id) : NOTHING;
    while (entry !== NOTHING) {
      const { kept } = this.#listAt(entry);
      if (kept.live) found.add(kept.digest);
      entry = this.#before.get(entry);
    }
  }

  /** The list that has the entry: lists follow each other. */
  #listAt(entry: number): List {
    let low = 0;
    let high = this.#lists.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#lists[middle] as List).start <= entry) low = middle;
      else high = middle - 1;
    }
    return this.#lists[low] as List;
  }
}

function remembered(known: Map<number, boolean>, id: number, judge: () => boolean): boolean {
  const before = known.get(id);
  if (before !== undefined) return before;
  const result = judge();
  known.set(id, result);
  return result;
}
