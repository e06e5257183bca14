// The modules that judge together, one for each owner: immutable. Another revision of one of them makes another policy
// set, which shares with this one the modules that both have and the decisions cached for them.
import type { Snapshot, SnapshotRevision } from '../../catalog/snapshot.ts';
import type { FacilityConfig } from '../../config/facility.ts';
import type { MonotonicClock } from '../../model/clock.ts';
import type { ComputeResource } from '../../model/compute.ts';
import type { FairQueue } from '../../model/fair-queue.ts';
import type { Place, Subject } from '../../model/subject.ts';
import { FEDERATION, PREFERENCE } from '../bundle/manifest.ts';
import { Decider } from '../decisions/decider.ts';
import type { DecisionCache } from '../decisions/decision-table.ts';
import type { FailureLog, PolicyCounters } from '../decisions/failures.ts';
import { Matcher } from '../decisions/match.ts';
import { ResourceJudge } from '../decisions/resources.ts';
import type { VerdictCache } from '../decisions/verdict-cache.ts';
import type { AskedBy, MatchQuestion, ResourceAccess, Verdict, VisibleImage } from '../engine.ts';
import { type Explanation, explain } from '../explain/explain-decision.ts';
import type { DecisionLog } from '../log/log.ts';
import type { PolicyModule } from '../wasm/module.ts';
import type { WorkerPool } from '../wasm/pool.ts';

/** The module of each owner; null: it did not load, and what it would have judged is denied. */
export type Modules = ReadonlyMap<string, PolicyModule | null>;

/** What all policy sets of an engine share. */
export interface PolicySetOptions {
  readonly pool: WorkerPool;
  readonly decisionCache: DecisionCache;
  readonly verdictCache: VerdictCache;
  /** Facilities by id, as people call them. */
  readonly names: ReadonlyMap<string, string>;
  /** The facilities of federation.yaml: the places that an explanation may try. */
  readonly facilities: readonly FacilityConfig[];
  readonly explanations: FairQueue;
  /** Bytes of a preference module's cached answers, at most. */
  readonly matchBytes: number;
  readonly counters: PolicyCounters;
  readonly failures: FailureLog;
  readonly decisionLog: DecisionLog;
  readonly clock: MonotonicClock;
}

/** Decides, matches and explains by one module for each owner. */
export class PolicySet {
  readonly modules: Modules;
  readonly #options: PolicySetOptions;
  readonly #decider: Decider;
  readonly #matcher: Matcher;
  readonly #resources: ResourceJudge;

  /** `before`: the policy set that this one replaces; the modules that both have keep their caches. By default there is none. */
  constructor(modules: Modules, options: PolicySetOptions, before?: PolicySet) {
    this.modules = modules;
    this.#options = options;
    const { [FEDERATION]: federation = null, [PREFERENCE]: preference = null } = Object.fromEntries(modules);
    this.#decider = new Decider(
      {
        ...options,
        federation,
        facilities: new Map([...modules].filter(([owner]) => owner !== FEDERATION && owner !== PREFERENCE)),
      },
      before === undefined ? undefined : before.#decider,
    );
    this.#matcher =
      before !== undefined && before.modules.get(PREFERENCE) === preference
        ? before.#matcher
        : new Matcher(preference, { ...options, bytes: options.matchBytes });
    this.#resources =
      before !== undefined && before.modules.get(FEDERATION) === federation
        ? before.#resources
        : new ResourceJudge(federation, options);
  }

  /** This policy set with some of its modules replaced. */
  with(changed: ReadonlyMap<string, PolicyModule>): PolicySet {
    return new PolicySet(new Map([...this.modules, ...changed]), this.#options, this);
  }

  /** The keys of its modules, by which caches keep what they decided. */
  get keys(): readonly string[] {
    return [...this.modules.values()].flatMap((module) => module?.compiled.key ?? []);
  }

  /** Names of the labels that any of its modules reads. */
  get labels(): ReadonlySet<string> {
    return new Set([...this.modules.values()].flatMap((module) => [...(module?.projection.labels ?? [])]));
  }

  /** Bytes of the cached answers of its preference module. */
  get matchBytes(): number {
    return this.#matcher.bytes;
  }

  /** Loads the data of its modules into the workers, so that no request waits for that. Never rejects. */
  async load(): Promise<void> {
    const modules = [...this.modules.values()].flatMap((module) => module ?? []);
    for (const { compiled } of modules) {
      // Data that fail here were loaded once before; the next request loads them again.
      if (compiled.data !== null) await this.#options.pool.prepare(compiled).catch(() => null);
    }
  }

  /** Makes the classes of a snapshot for the modules that judge it. */
  prepare(snapshot: Snapshot, revision?: SnapshotRevision): Promise<void> {
    return this.#decider.prepare(snapshot, revision);
  }

  /**
   * Caches the verdicts of a subject at a place (null: none). `time`: that of the request, in milliseconds since the
   * epoch. Rejects as {@link evaluate} does.
   */
  warm(snapshots: readonly Snapshot[], subject: Subject, at: Place | null, time: number): Promise<void> {
    return this.#decider.warm(snapshots, subject, at, time);
  }

  /** As {@link Policies.decide}. `time`: that of the request, in milliseconds since the epoch. */
  decide(snapshots: readonly Snapshot[], subject: Subject, at: Place | null, time: number): Promise<Verdict> {
    return this.#decider.decide(snapshots, subject, at, time);
  }

  /** As {@link Policies.match}. */
  match(question: MatchQuestion): Promise<readonly number[]> {
    return this.#matcher.match(question);
  }

  /** As {@link Policies.resources}. */
  resources(resources: readonly ComputeResource[], subject: Subject): Promise<readonly ResourceAccess[]> {
    return this.#resources.judge(resources, subject);
  }

  /**
   * As {@link Policies.explain}, by default for both owners; without `asked` it is in the turn of a principal without a name,
   * and does not end early. `time`: milliseconds since the epoch.
   */
  explain(
    record: VisibleImage,
    subject: Subject,
    at: Place | null,
    time: number,
    owner?: string,
    { principal, signal }: Partial<AskedBy> = {},
  ): Promise<readonly Explanation[]> {
    const owners = [FEDERATION, record.facility].filter((one) => owner === undefined || one === owner);
    return Promise.all(
      owners.flatMap((one) => {
        const module = this.modules.get(one);
        return module === undefined
          ? []
          : [
              this.#options.explanations.run(
                principal ?? '',
                () => explain({ owner: one, module }, { record, subject, at, time }, this.#options),
                signal,
              ),
            ];
      }),
    );
  }

  /** The choices judged most recently, newest first, at most `maximum`. */
  recentQuestions(maximum: number): readonly MatchQuestion[] {
    return this.#matcher.recent(maximum);
  }
}
