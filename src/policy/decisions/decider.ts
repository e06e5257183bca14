// Makes verdicts: each snapshot is judged separately, by the federation's module and its facility's at the same time,
// and the result is cached as bitsets for each class of subjects. A snapshot that changed is judged again; the others
// are not.
import { LRUCache } from 'lru-cache';
import { count } from '../../catalog/bitset.ts';
import type { Snapshot, SnapshotRevision } from '../../catalog/snapshot.ts';
import type { MonotonicClock } from '../../model/clock.ts';
import { preparing } from '../../model/pace.ts';
import type { Place, Subject } from '../../model/subject.ts';
import { FEDERATION } from '../bundle/manifest.ts';
import type { Verdict } from '../engine.ts';
import type { DecisionLog, JudgedSnapshot } from '../log/log.ts';
import type { PolicyModule } from '../wasm/module.ts';
import type { DecisionCache } from './decision-table.ts';
import type { PolicyCounters } from './failures.ts';
import { type JudgingModule, judgingModuleOf } from './judging-module.ts';
import { projectSubject, type SubjectProjection } from './subject-projection.ts';
import { bucketEnd } from './time.ts';
import {
  type Judged,
  JudgedVerdict,
  type ModuleDecisions,
  snapshotVerdictOf,
  unjudgedVerdict,
  type VerdictModule,
} from './verdict.ts';
import type { VerdictCache } from './verdict-cache.ts';

export interface DeciderOptions {
  /** null: it did not load, and everything is denied. */
  readonly federation: PolicyModule | null;
  /** Facilities that have a module; null: it did not load, and the facility's records are denied. */
  readonly facilities: ReadonlyMap<string, PolicyModule | null>;
  /** Facilities by id, as people call them. */
  readonly names: ReadonlyMap<string, string>;
  readonly decisionCache: DecisionCache;
  readonly verdictCache: VerdictCache;
  readonly counters: PolicyCounters;
  readonly decisionLog: DecisionLog;
  readonly clock: MonotonicClock;
}

/** Verdicts that are cached for the current snapshots, so that what is derived from one can be kept with it. */
const VERDICTS = 128;

/** A subject at a place and a time, as each module sees them; made on first use. */
type SubjectProjections = (module: PolicyModule) => SubjectProjection;

/** Judges snapshots by the modules of one policy set. */
export class Decider {
  readonly #options: DeciderOptions;
  readonly #federation: JudgingModule;
  readonly #facilities: ReadonlyMap<string, readonly JudgingModule[]>;
  readonly #underWay = new Map<string, Promise<Judged>>();
  readonly #verdicts = new LRUCache<string, JudgedVerdict>({ max: VERDICTS });
  /** The newest snapshot of each registry that was judged. */
  readonly #newest = new Map<string, Snapshot>();
  /** Milliseconds since the epoch at which a module sees another time, and what was cached for this one is dropped. */
  #edge = Number.NEGATIVE_INFINITY;

  /** `before`: the decider that this one replaces; its classes serve each module that reads the same paths. */
  constructor(options: DeciderOptions, before?: Decider) {
    this.#options = options;
    const moduleBefore = (owner: string) =>
      before === undefined ? undefined : before.#judgingModuleOf(owner);
    this.#federation = judgingModuleOf(FEDERATION, options.federation, moduleBefore(FEDERATION));
    this.#facilities = new Map(
      [...options.facilities].map(([id, module]) => [
        id,
        [this.#federation, judgingModuleOf(id, module, moduleBefore(id))],
      ]),
    );
  }

  /** Makes the classes of a snapshot for the modules that judge it; `revision` as {@link Classes.of} takes it. */
  async prepare(snapshot: Snapshot, revision?: SnapshotRevision): Promise<void> {
    await Promise.all(this.#judgingModulesOf(snapshot).map(({ classes }) => classes?.of(snapshot, revision)));
  }

  /**
   * The verdict for a subject at a place; `time` is the request's, in milliseconds since the epoch. A record that
   * cannot be judged is denied, and a snapshot that cannot be judged in time is shown to nobody of that class for
   * {@link UNJUDGED_FOR} ms (5,000). Rejects as {@link evaluate} does: with NOT_READY if too many evaluations wait, or
   * if the engine is closed, and with INTERNAL if a worker does not start.
   */
  async decide(
    snapshots: readonly Snapshot[],
    subject: Subject,
    at: Place | null,
    time: number,
  ): Promise<Verdict> {
    this.#dropEnded(time);
    const subjects = projectionsOf(subject, at, time);
    const keys = snapshots.map((snapshot) => this.#keyOf(snapshot, subjects));
    const kept = snapshots.map((snapshot, index) => this.#kept(snapshot, keys[index] ?? ''));
    const allKept = kept.every((judged) => judged !== null);
    this.#options.counters.looked('verdict', allKept);
    if (allKept) return this.#used(this.#verdict(snapshots, kept), kept, subjects);
    const judging = snapshots.map(
      (snapshot, index) => kept[index] ?? this.#judgeOnce(snapshot, keys[index] ?? '', subjects),
    );
    const judged = await Promise.all(judging);
    return this.#used(this.#verdict(snapshots, judged), judged, subjects);
  }

  /**
   * Judges and caches the verdicts of a subject as if it sent a request at `time`, in milliseconds since the epoch;
   * nothing is logged as used. Rejects as {@link decide} does.
   */
  async warm(
    snapshots: readonly Snapshot[],
    subject: Subject,
    at: Place | null,
    time: number,
  ): Promise<void> {
    const subjects = projectionsOf(subject, at, time);
    // One after the other: all at once, their answers would delay those to requests.
    for (const snapshot of snapshots) {
      const key = this.#keyOf(snapshot, subjects);
      if (this.#kept(snapshot, key) === null) await this.#judgeOnce(snapshot, key, subjects);
      await preparing.rest();
    }
  }

  #used(verdict: Verdict, judged: readonly Judged[], subjects: SubjectProjections): Verdict {
    for (const one of judged) this.#options.decisionLog.used(one.part, () => this.#describe(one, subjects));
    return verdict;
  }

  #describe({ snapshot, part }: Judged, subjects: SubjectProjections): JudgedSnapshot {
    const { facility, registry, generation, records } = snapshot;
    return {
      ...{ facility, registry, generation, records: records.length },
      ...{ discover: part.visible, pull: count(part.pull), execute: count(part.execute) },
      modules: this.#judgingModulesOf(snapshot).map(({ owner, module }) => ({
        owner,
        judged: module === null ? null : { revision: module.revision, ...subjects(module) },
      })),
    };
  }

  /** A request that began before the edge, and is answered after it, makes its verdict again: keys contain the time. */
  #dropEnded(time: number): void {
    if (time < this.#edge) return;
    const all = [this.#federation, ...[...this.#facilities.values()].flat()];
    const ends = all.flatMap(({ module }) =>
      module === null || module.bucket === null ? [] : [bucketEnd(time, module.bucket)],
    );
    this.#edge = Math.min(...ends);
    this.#options.decisionCache.dropEnded(time);
    this.#options.verdictCache.dropEnded(time);
    this.#verdicts.clear();
  }

  #judgingModuleOf(owner: string): JudgingModule | undefined {
    return owner === FEDERATION ? this.#federation : this.#facilities.get(owner)?.[1];
  }

  #judgingModulesOf({ facility }: Snapshot): readonly JudgingModule[] {
    return this.#facilities.get(facility) ?? [this.#federation];
  }

  /** Everything that a snapshot's verdict depends on. JSON has no raw line break, so keys are unique. */
  #keyOf(snapshot: Snapshot, subjects: SubjectProjections): string {
    let key = String(snapshot.serial);
    for (const { module } of this.#judgingModulesOf(snapshot)) {
      if (module === null) continue;
      const { subject, request } = subjects(module);
      key += `\n${module.compiled.key}\n${subject}\n${request}`;
    }
    return key;
  }

  /** The cached verdict on a snapshot for these subjects; null: it must be judged. */
  #kept(snapshot: Snapshot, key: string): Judged | null {
    const part = this.#options.verdictCache.get(key);
    if (part === undefined || (part.retryAt !== null && part.retryAt <= this.#options.clock.monotonic()))
      return null;
    const modules: VerdictModule[] = [];
    if (!part.judged) return { snapshot, part, modules };
    for (const { owner, module, classes } of this.#judgingModulesOf(snapshot)) {
      const of = classes === null ? NONE : classes.kept(snapshot)?.of;
      if (of === undefined) return null;
      modules.push({ owner, reasons: module?.reasons ?? {}, names: this.#options.names, of });
    }
    return { snapshot, part, modules };
  }

  #judgeOnce(snapshot: Snapshot, key: string, subjects: SubjectProjections): Promise<Judged> {
    let judging = this.#underWay.get(key);
    if (judging === undefined) {
      judging = this.#judge(snapshot, key, subjects).finally(() => this.#underWay.delete(key));
      this.#underWay.set(key, judging);
    }
    return judging;
  }

  async #judge(snapshot: Snapshot, key: string, subjects: SubjectProjections): Promise<Judged> {
    const judged = await Promise.all(
      this.#judgingModulesOf(snapshot).map(async ({ owner, module, classes }) => {
        if (module === null || classes === null) {
          const verdictModule: VerdictModule = { owner, reasons: {}, names: this.#options.names, of: NONE };
          return { verdictModule, moduleDecisions: DENY, incomplete: false, retryAt: null };
        }
        const made = await classes.of(snapshot);
        const decided = await this.#options.decisionCache.decide(
          module,
          subjects(module),
          snapshot.facility,
          made,
        );
        const { decisions, incomplete, retryAt } = decided;
        const verdictModule: VerdictModule = {
          owner,
          reasons: module.reasons,
          names: this.#options.names,
          of: made.of,
        };
        return { verdictModule, moduleDecisions: { of: made.of, decisions }, incomplete, retryAt };
      }),
    );
    const incomplete = judged.some((one) => one.incomplete);
    const part = incomplete
      ? unjudgedVerdict(snapshot.records.length, this.#options.clock.monotonic() + UNJUDGED_FOR)
      : snapshotVerdictOf(
          snapshot.records.length,
          judged.map(({ moduleDecisions }) => moduleDecisions),
          earliest(judged.map(({ retryAt }) => retryAt)),
        );
    const modules = this.#judgingModulesOf(snapshot).flatMap(({ module }) => module ?? []);
    this.#options.verdictCache.set(key, {
      part,
      modules: modules.map(({ compiled }) => compiled.key),
      until: earliest(modules.map((module) => subjects(module).until)),
    });
    return { snapshot, part, modules: incomplete ? [] : judged.map(({ verdictModule }) => verdictModule) };
  }

  /** Whether a registry has a newer snapshot than before; requests about some registries do not affect the others. */
  #replaced(snapshots: readonly Snapshot[]): boolean {
    let replaced = false;
    for (const snapshot of snapshots) {
      const registry = `${snapshot.facility}/${snapshot.registry}`;
      const newest = this.#newest.get(registry);
      if (newest !== undefined && newest.serial >= snapshot.serial) continue;
      replaced ||= newest !== undefined;
      this.#newest.set(registry, snapshot);
    }
    return replaced;
  }

  /** The same object for the same verdicts on the same snapshots. Verdicts on replaced snapshots are dropped. */
  #verdict(snapshots: readonly Snapshot[], judged: readonly Judged[]): Verdict {
    if (this.#replaced(snapshots)) this.#verdicts.clear();
    const key = judged.map(({ part }) => part.serial).join();
    const kept = this.#verdicts.get(key);
    if (kept !== undefined) return kept;
    const verdict = new JudgedVerdict(judged);
    this.#verdicts.set(key, verdict);
    return verdict;
  }
}

/** Milliseconds for which a snapshot that could not be judged in time is not judged again for the same subjects. */
const UNJUDGED_FOR = 5_000;

/** The decisions of a module that did not load: no record has one, so all are denied. */
const NONE = new Uint32Array(0);
const DENY: ModuleDecisions = Object.freeze({ of: NONE, decisions: Object.freeze([]) });

function projectionsOf(subject: Subject, at: Place | null, time: number): SubjectProjections {
  const made = new Map<PolicyModule, SubjectProjection>();
  return (module) => {
    const known = made.get(module);
    if (known !== undefined) return known;
    const projection = projectSubject(module, subject, at, time);
    made.set(module, projection);
    return projection;
  };
}

function earliest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}
