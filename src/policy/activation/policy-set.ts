// The modules that judge together, one an owner: made once and never changed. Another revision of one of them is
// another lineup, which shares with this one all that both have, and what was decided by it.
import type { Snapshot } from '../../catalog/snapshot.ts';
import type { FacilityConfig } from '../../config/facility.ts';
import type { MonotonicClock } from '../../model/clock.ts';
import type { FairQueue } from '../../model/fair-queue.ts';
import type { Place, Subject } from '../../model/subject.ts';
import { FEDERATION, PREFERENCE } from '../bundle/manifest.ts';
import { Decider } from '../decisions/decider.ts';
import type { DecisionCache } from '../decisions/decision-table.ts';
import type { FailureLog, PolicyCounters } from '../decisions/failures.ts';
import { Matcher } from '../decisions/match.ts';
import type { VerdictCache } from '../decisions/verdict-cache.ts';
import type { AskedBy, MatchQuestion, Verdict, VisibleImage } from '../engine.ts';
import { type Explanation, explain } from '../explain/explain.ts';
import type { DecisionLog } from '../log/log.ts';
import type { PolicyModule } from '../wasm/module.ts';
import type { WorkerPool } from '../wasm/pool.ts';

/** One an owner; null: it did not load, and what it would have judged is denied. */
export type Modules = ReadonlyMap<string, PolicyModule | null>;

/** What lineups share. */
export interface PolicySetOptions {
  readonly pool: WorkerPool;
  readonly decisionCache: DecisionCache;
  readonly parts: VerdictCache;
  /** Facilities by id, as people call them. */
  readonly names: ReadonlyMap<string, string>;
  /** Of federation.yaml: what an explanation may try. */
  readonly facilities: readonly FacilityConfig[];
  readonly explanations: FairQueue;
  /** Of kept answers of a preference module. */
  readonly matchBytes: number;
  readonly counters: PolicyCounters;
  readonly failures: FailureLog;
  readonly decisionLog: DecisionLog;
  readonly clock: MonotonicClock;
}

export class PolicySet {
  readonly modules: Modules;
  readonly #options: PolicySetOptions;
  readonly #decider: Decider;
  readonly #matcher: Matcher;

  /** `before`: the lineup that this one comes after; what both have the same of is kept. */
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
  }

  /** This lineup with some modules in the place of others. */
  with(changed: ReadonlyMap<string, PolicyModule>): PolicySet {
    return new PolicySet(new Map([...this.modules, ...changed]), this.#options, this);
  }

  /** Of its modules, for what is kept by them. */
  get keys(): readonly string[] {
    return [...this.modules.values()].flatMap((module) => module?.compiled.key ?? []);
  }

  /** Bytes of the kept answers of its preference module. */
  get matchBytes(): number {
    return this.#matcher.bytes;
  }

  /** Brings the data of its modules into the workers, so that nobody's question waits for that. */
  async load(): Promise<void> {
    const modules = [...this.modules.values()].flatMap((module) => module ?? []);
    for (const { compiled } of modules) {
      // What fails here was loaded once before, and is tried again where it is asked.
      if (compiled.data !== null) await this.#options.pool.prepare(compiled).catch(() => null);
    }
  }

  prepare(snapshot: Snapshot): Promise<void> {
    return this.#decider.prepare(snapshot);
  }

  /** Times are milliseconds since the epoch, of the request. */
  warm(snapshots: readonly Snapshot[], subject: Subject, at: Place | null, time: number): Promise<void> {
    return this.#decider.warm(snapshots, subject, at, time);
  }

  decide(snapshots: readonly Snapshot[], subject: Subject, at: Place | null, time: number): Promise<Verdict> {
    return this.#decider.decide(snapshots, subject, at, time);
  }

  match(question: MatchQuestion): Promise<readonly number[]> {
    return this.#matcher.match(question);
  }

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

  /** Choices that were judged last, the last one first. */
  recentQuestions(maximum: number): readonly MatchQuestion[] {
    return this.#matcher.recent(maximum);
  }
}
