// The bitsets of one snapshot for one class of subjects, and the verdict that is made of them: what may be discovered,
// pulled and executed, and the one place where a record becomes visible.

import { add, count, emptyBits, has } from '../../catalog/bitset.ts';
import type { Snapshot } from '../../catalog/snapshot.ts';
import type { Access, Action, Decision } from '../../model/decision.ts';
import type { ImageRecord } from '../../model/image.ts';
import type { ReasonTexts } from '../bundle/revision.ts';
import type { Verdict, VisibleImage } from '../engine.ts';
import { FAILED_DECISION } from './failures.ts';
import { accessOf } from './reasons.ts';
import { bytesOfDecision } from './shared-decisions.ts';

/** One module's decisions on a snapshot, one for each class. */
export interface ModuleDecisions {
  /** For each record, the index of its decision in `decisions`. */
  readonly of: Uint32Array;
  readonly decisions: readonly Decision[];
}

/**
 * The decisions of all modules on a snapshot, joined. It is cached by the snapshot's serial and does not refer to the
 * snapshot, so that a snapshot is freed when the catalog has a newer one.
 */
export interface SnapshotVerdict {
  /** Unique in this process. */
  readonly serial: number;
  readonly discover: Uint32Array;
  readonly pull: Uint32Array;
  readonly execute: Uint32Array;
  /** The number of records that may be discovered. */
  readonly visible: number;
  /** For each module, its decision for each class. */
  readonly decisions: readonly (readonly Decision[])[];
  /** Milliseconds of the monotonic clock at which it is to be made again; null: it is valid as long as it is cached. */
  readonly retryAt: number | null;
  /**
   * false: it could not be judged in time for these subjects, who are shown none of its records. The time that judging
   * takes depends on the subject, so others may still be shown the snapshot.
   */
  readonly judged: boolean;
}

let serials = 0;

/**
 * The decisions of the modules joined by *and*, over `size` records: one bitset per action, by record number; no module
 * allows nothing. `retryAt`, in milliseconds of the monotonic clock: when what failed is judged again; null: nothing
 * failed.
 */
export function snapshotVerdictOf(
  size: number,
  modules: readonly ModuleDecisions[],
  retryAt: number | null,
): SnapshotVerdict {
  const [discover, pull, execute] = [emptyBits(size), emptyBits(size), emptyBits(size)];
  const allowed = modules.map(({ of, decisions }) => ({
    of,
    actions: Uint8Array.from(decisions, actionsOf),
  }));
  for (let index = 0; index < size; index++) {
    let actions = modules.length === 0 ? 0 : DISCOVER | PULL | EXECUTE;
    for (const module of allowed) actions &= module.actions[module.of[index] ?? -1] ?? 0;
    if (actions & DISCOVER) add(discover, index);
    if (actions & PULL) add(pull, index);
    if (actions & EXECUTE) add(execute, index);
  }
  const decisions = modules.map((module) => module.decisions);
  const visible = count(discover);
  return { serial: ++serials, discover, pull, execute, visible, decisions, retryAt, judged: true };
}

/**
 * A verdict that denies all `size` records until they are judged again at `retryAt`, in milliseconds of the monotonic
 * clock: a module's decision that exists is not used either, else the order of judging would show.
 */
export function unjudgedVerdict(size: number, retryAt: number): SnapshotVerdict {
  return { ...snapshotVerdictOf(size, [], retryAt), judged: false };
}

const DISCOVER = 1;
const PULL = 2;
const EXECUTE = 4;

function actionsOf({ discover, pull, execute }: Decision): number {
  return (discover ? DISCOVER : 0) | (pull ? PULL : 0) | (execute ? EXECUTE : 0);
}

/**
 * Bytes that a verdict takes, estimated: 512, its bitsets, a reference of 8 bytes for each class, and the
 * different decisions, as {@link bytesOfDecision}.
 */
export function bytesOf({ discover, decisions }: SnapshotVerdict): number {
  const references = decisions.reduce((sum, list) => sum + 8 * list.length, 0);
  const different = [...new Set(decisions.flat())];
  return different.reduce(
    (sum, decision) => sum + bytesOfDecision(decision),
    512 + 3 * discover.byteLength + references,
  );
}

/** A module that judged a snapshot: its owner, the texts of its reason codes, and the class of each record. */
export interface VerdictModule {
  readonly owner: string;
  readonly reasons: ReasonTexts;
  /** Facilities by id, as people call them. */
  readonly names: ReadonlyMap<string, string>;
  readonly of: Uint32Array;
}

/** A snapshot with its verdict, and the modules in the order of the verdict's decisions; none if it was not judged. */
export interface Judged {
  readonly snapshot: Snapshot;
  readonly part: SnapshotVerdict;
  readonly modules: readonly VerdictModule[];
}

/** The index of a revealed record in its snapshot. */
const positions = new WeakMap<ImageRecord, number>();

/**
 * A verdict over judged snapshots. For a snapshot that it was not made for, `bits` and `visibleCount` throw a RangeError,
 * `reveal` as it says, and `wasJudged` is true.
 */
export class JudgedVerdict implements Verdict {
  readonly snapshots: readonly Snapshot[];
  readonly #judged: ReadonlyMap<Snapshot, Judged>;

  /** `judged`: the snapshots in their order, each once. */
  constructor(judged: readonly Judged[]) {
    this.snapshots = judged.map(({ snapshot }) => snapshot);
    this.#judged = new Map(judged.map((one) => [one.snapshot, one]));
  }

  bits(snapshot: Snapshot, action: Action): Uint32Array {
    return this.#verdictOn(snapshot)[action];
  }

  wasJudged(snapshot: Snapshot): boolean {
    return this.#judged.get(snapshot)?.part.judged !== false;
  }

  visibleCount(snapshot: Snapshot): number {
    return this.#verdictOn(snapshot).visible;
  }

  /**
   * The record at `index` of `snapshot.records` as a visible image, if the subject may discover it; null if it may not,
   * and if there is no such record, so that the caller cannot distinguish the two. This is the only way in which a
   * record becomes visible. Throws a RangeError for a snapshot that the verdict was not made for, if that has such a
   * record.
   */
  reveal(snapshot: Snapshot, index: number): VisibleImage | null {
    const record = snapshot.records[index];
    if (record === undefined || !has(this.#verdictOn(snapshot).discover, index)) return null;
    positions.set(record, index);
    return record as VisibleImage;
  }

  access(image: VisibleImage): Access {
    const position = positions.get(image) ?? -1;
    const found =
      this.#judgedAt(image, () => position) ??
      // Another verdict revealed it; its index in this one's snapshot may differ, or it is not there.
      this.#judgedAt(image, ({ records }) => records.indexOf(image));
    if (found === null) return accessOf([]);
    const { part, modules } = found.judged;
    return accessOf(
      modules.map(({ owner, reasons, names, of }, module) => ({
        owner,
        reasons,
        names,
        decision: part.decisions[module]?.[of[found.index] ?? -1] ?? FAILED_DECISION,
      })),
    );
  }

  #judgedAt(image: ImageRecord, indexIn: (snapshot: Snapshot) => number) {
    for (const judged of this.#judged.values()) {
      const { snapshot } = judged;
      if (snapshot.facility !== image.facility) continue;
      const index = indexIn(snapshot);
      if (snapshot.records[index] === image) return { judged, index };
    }
    return null;
  }

  #verdictOn(snapshot: Snapshot): SnapshotVerdict {
    const judged = this.#judged.get(snapshot);
    if (judged === undefined) throw new RangeError('the verdict was not made for this snapshot');
    return judged.part;
  }
}
