// Groups the records that a module cannot distinguish into classes: once for each snapshot, at ingest. Snapshots share
// classes, so that only what changed in a registry is evaluated again.
import type { Snapshot, SnapshotRevision } from '../../catalog/snapshot.ts';
import type { ImageRecord } from '../../model/image.ts';
import { preparing } from '../../model/pace.ts';
import { recordInput } from './input.ts';
import type { Projection } from './projection.ts';

/** The classes of a module, numbered in the order in which they were found; append-only. */
export interface ClassTable {
  /** Unique in this process. */
  readonly serial: number;
  /** The projection that the records of a class share, as JSON, or {@link UNJUDGEABLE}. */
  readonly projections: readonly string[];
}

export interface SnapshotClasses {
  readonly table: ClassTable;
  /** The table's number of each class that the snapshot has. */
  readonly classes: Uint32Array;
  /** For each record of the snapshot, the index of its class in `classes`. */
  readonly of: Uint32Array;
}

/**
 * Classes at which a table is full: later snapshots begin another one, and it is freed with the last snapshot that uses
 * it.
 */
const TABLE_CLASSES = 65_536;

/** The class of records that lack a label which the module reads: without it, nobody knows what it would decide. */
export const UNJUDGEABLE = '';

let serials = 0;

class GrowingTable implements ClassTable {
  readonly serial = ++serials;
  readonly projections: string[] = [];
  readonly #numbers = new Map<string, number>();

  number(projection: string): number {
    const known = this.#numbers.get(projection);
    if (known !== undefined) return known;
    const number = this.projections.push(projection) - 1;
    this.#numbers.set(projection, number);
    return number;
  }
}

/** The classes of one module over all snapshots that it judges. */
export class Classes {
  readonly #project: (record: ImageRecord) => string;
  readonly #maximum: number;
  readonly #kept = new WeakMap<Snapshot, SnapshotClasses>();
  readonly #underWay = new WeakMap<Snapshot, Promise<SnapshotClasses>>();
  #table = new GrowingTable();

  /** `maximum`: classes at which a table is full; 65,536 by default. */
  constructor(projection: Projection, maximum = TABLE_CLASSES) {
    const { labels } = projection;
    this.#project = (record) =>
      record.droppedLabels.some((name) => labels.has(name))
        ? UNJUDGEABLE
        : projection.record(recordInput(record));
    this.#maximum = maximum;
  }

  /** The classes of a snapshot if they were made already; undefined: not yet. */
  kept(snapshot: Snapshot): SnapshotClasses | undefined {
    return this.#kept.get(snapshot);
  }

  /**
   * The classes of a snapshot; made once, in the turns that all classifying shares, since a record may be a quarter of
   * a megabyte, and kept as long as the snapshot is. `revision`: how it differs from another one; what is the same as there is
   * not sorted again. By default all records are, as where the other's classes are not kept, or of a table that is full.
   */
  async of(snapshot: Snapshot, revision?: SnapshotRevision): Promise<SnapshotClasses> {
    const kept = this.#kept.get(snapshot);
    if (kept !== undefined) return kept;
    let making = this.#underWay.get(snapshot);
    if (making === undefined) {
      making = this.#make(snapshot, revision).finally(() => this.#underWay.delete(snapshot));
      this.#underWay.set(snapshot, making);
    }
    return making;
  }

  async #make(snapshot: Snapshot, revision: SnapshotRevision | undefined): Promise<SnapshotClasses> {
    if (this.#table.projections.length >= this.#maximum) this.#table = new GrowingTable();
    const table = this.#table;
    const before = revision === undefined ? undefined : this.#kept.get(revision.of);
    const known = before?.table === table ? before : null;
    const changed = new Set(known === null ? [] : revision?.changed);
    const of = new Uint32Array(snapshot.records.length);
    const positions = new Map<number, number>();
    for (const [index, record] of snapshot.records.entries()) {
      if (preparing.due()) await preparing.rest();
      const same = changed.has(index) ? undefined : known?.classes[known.of[index] ?? -1];
      const number = same ?? table.number(this.#project(record));
      const position = positions.get(number) ?? positions.size;
      positions.set(number, position);
      of[index] = position;
    }
    const made = { table, classes: Uint32Array.from(positions.keys()), of };
    this.#kept.set(snapshot, made);
    return made;
  }
}
