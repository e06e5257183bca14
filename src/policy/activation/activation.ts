// The policies in force, and how they are replaced: new modules are loaded, checked and prepared for the most frequent
// requests while the old ones still decide, then come into force for everyone at one instant. A module that does not
// load changes nothing.
import type { Logger } from 'pino';
import type { Snapshot, SnapshotRevision } from '../../catalog/snapshot.ts';
import type { WallClock } from '../../model/clock.ts';
import { coalesce } from '../../model/coalesce.ts';
import { FederationError } from '../../model/errors.ts';
import { FEDERATION, PREFERENCE } from '../bundle/manifest.ts';
import type { PolicyCounters } from '../decisions/failures.ts';
import type { Policies, PolicyModuleStatus, PolicyRefusal } from '../engine.ts';
import type { DataBudget } from '../wasm/data-budget.ts';
import type { PolicyModule } from '../wasm/module.ts';
import { LiveSnapshots } from './live-snapshots.ts';
import type { PolicySet } from './policy-set.ts';
import { RecentSubjects } from './recent-subjects.ts';
import { warm } from './warm.ts';

/** A bundle that is to be in force for its owner. */
export interface PolicyChange {
  /** `federation`, `preference`, or a facility that has a policy in federation.yaml. */
  readonly owner: string;
  /** The bundle's file; relative to the folder of the configuration. */
  readonly path: string;
  /** The bundle itself, where it was read already; errors then name `path`. */
  readonly bytes?: Uint8Array;
}

/** The outcome of a change. */
export interface ActivationResult {
  readonly owner: string;
  /** `unchanged`: the bundle has the revision in force. `refused`: see `error`. */
  readonly outcome: 'activated' | 'unchanged' | 'refused';
  /** The module in force for the owner after the change. */
  readonly status: PolicyModuleStatus | null;
  readonly error: FederationError | null;
}

export interface PolicyActivationOptions {
  readonly first: PolicySet;
  /**
   * Loads a bundle; gives null where it is the one in force. `present`: the owner's module in force; null: it did not load.
   * Rejects with POLICY_INVALID; whatever else it rejects with, the whole change does.
   */
  readonly load: (change: PolicyChange, present: PolicyModule | null) => Promise<PolicyModule | null>;
  /** The budget for new modules' data, beside the data of the present ones; null of these: they did not load. */
  readonly budgetBeside: (present: Iterable<PolicyModule | null>) => Pick<DataBudget, 'allocate'>;
  /** Drops what modules other than these keys have cached. */
  readonly keepOnly: (modules: ReadonlySet<string>) => void;
  /** Subjects that are prepared at a time. */
  readonly concurrency: number;
  /** Milliseconds after which no running request is older than a change. */
  readonly grace: number;
  readonly clock: WallClock;
  readonly counters: PolicyCounters;
  readonly logger: Logger;
}

/** Milliseconds of preparing, at most; well within the 5 s after which an accepted revision is in force. */
const WARMING = 4_000;
/** Choices that a new preference module judges before it is in force, at most. */
const QUESTIONS = 256;

interface Accepted {
  readonly owner: string;
  /** As the change states it. */
  readonly path: string;
  readonly module: PolicyModule | null;
  readonly error: FederationError | null;
}

/**
 * Holds the policies in force and replaces them; changes that arrive while one is applied are applied together next.
 */
export class PolicyActivation {
  readonly #options: PolicyActivationOptions;
  readonly #subjects = new RecentSubjects();
  readonly #liveSnapshots = new LiveSnapshots();
  readonly #activateBatch = coalesce((changes: readonly PolicyChange[]) => this.#activateAll(changes));
  readonly #closing = new AbortController();
  #policySet: PolicySet;
  /** The next policy set, while it is prepared. */
  #next: PolicySet | null = null;
  /** Keys of the modules that running requests may have begun with. */
  #before: readonly string[] = [];
  #inForce: InForce;
  #releaseTimer: NodeJS.Timeout | undefined;

  /** Puts `first` into force at once; {@link load} loads it in the workers. */
  constructor(options: PolicyActivationOptions) {
    this.#options = options;
    this.#policySet = options.first;
    const now = options.clock.wall();
    this.#inForce = inForceOf(
      options.first,
      [...options.first.modules].map(([owner, module]) => statusOf(owner, module, now)),
    );
    this.#keep();
  }

  /**
   * The policies and the time that a request captures; they stay as they are, whatever comes into force later. Their
   * methods reject as {@link Policies} says.
   */
  inForce(): Policies {
    const { policySet, statuses, facilities } = this.#inForce;
    const time = this.#options.clock.wall();
    return {
      decide: (snapshots, subject, at) => {
        this.#liveSnapshots.note(snapshots);
        this.#subjects.note(subject, at);
        return policySet.decide(snapshots, subject, at, time);
      },
      match: (question) => policySet.match(question),
      resources: (resources, subject) => policySet.resources(resources, subject),
      explain: (image, subject, at, owner, asked) =>
        policySet.explain(image, subject, at, time, owner, asked),
      labels: () => policySet.labels,
      modules: () => statuses,
      facility: (id) => facilities.get(id) ?? null,
    };
  }

  /** Bytes of the cached answers of the preference module in force. */
  get matchBytes(): number {
    return this.#policySet.matchBytes;
  }

  /** Resolves when the first modules in force are loaded in the workers. Never rejects. */
  load(): Promise<void> {
    return this.#policySet.load();
  }

  /** Sorts a snapshot's records into the classes of the modules in force, and of the next ones, in short turns. */
  async prepare(snapshot: Snapshot, revision?: SnapshotRevision): Promise<void> {
    this.#liveSnapshots.note([snapshot]);
    await Promise.all([this.#policySet.prepare(snapshot, revision), this.#next?.prepare(snapshot, revision)]);
  }

  /** See `LocalPolicyEngine.activate`. */
  async activate(changes: readonly PolicyChange[]): Promise<readonly ActivationResult[]> {
    if (changes.length === 0) return [];
    const done = await this.#activateBatch(changes);
    const owners = new Set(changes.map(({ owner }) => owner));
    return done.filter(({ owner }) => owners.has(owner));
  }

  /** See `LocalPolicyEngine.refuse`. */
  refuse(owner: string, refused: PolicyRefusal | null): void {
    if (refused !== null) this.#options.counters.refused(owner, refused.code);
    const { policySet, statuses } = this.#inForce;
    this.#inForce = inForceOf(
      policySet,
      statuses.map((status) => (status.owner === owner ? Object.freeze({ ...status, refused }) : status)),
    );
  }

  /** Ends the preparing of policies that are not in force yet, whose `activate` rejects with NOT_READY. */
  close(): void {
    this.#closing.abort();
    clearTimeout(this.#releaseTimer);
  }

  async #activateAll(changes: readonly PolicyChange[]): Promise<readonly ActivationResult[]> {
    // The last of an owner's bundles counts.
    const latest = new Map(changes.map((change) => [change.owner, change]));
    const loaded = await Promise.all([...latest.values()].map((change) => this.#accept(change)));
    const refusals = this.#options
      .budgetBeside(this.#policySet.modules.values())
      .allocate(loaded.flatMap(({ module, path }) => (module === null ? [] : [{ module, path }])));
    const accepted = loaded.map((one) => {
      const error = one.module === null ? undefined : refusals.get(one.module);
      return error === undefined ? one : this.#refused(one, error);
    });
    const modules = new Map(
      accepted.flatMap(({ owner, module }) => (module === null ? [] : [[owner, module] as const])),
    );
    const next = modules.size > 0 ? this.#policySet.with(modules) : this.#policySet;
    if (next !== this.#policySet) await this.#prepareNext(next);
    this.#putInForce(next, accepted);
    return accepted.map(({ owner, module, error }) => ({
      owner,
      outcome: error !== null ? 'refused' : module === null ? 'unchanged' : 'activated',
      status: this.#inForce.statuses.find((status) => status.owner === owner) ?? null,
      error,
    }));
  }

  async #accept(change: PolicyChange): Promise<Accepted> {
    const { owner, path } = change;
    try {
      const present = this.#policySet.modules.get(owner);
      if (present === undefined) throw notConfigured(change);
      return { owner, path, module: await this.#options.load(change, present), error: null };
    } catch (error) {
      if (!(error instanceof FederationError) || error.code !== 'POLICY_INVALID') throw error;
      return this.#refused(change, error);
    }
  }

  #refused({ owner, path }: Pick<Accepted, 'owner' | 'path'>, error: FederationError): Accepted {
    this.#options.counters.refused(owner, error.code);
    this.#options.logger.error(
      { owner, code: error.code, at: error.at, hint: error.hint, err: error },
      'a new policy does not load; the one in force stays',
    );
    return { owner, path, module: null, error };
  }

  /**
   * Resolves once it may come into force, at most {@link WARMING} ms later. Rejects with NOT_READY if closed meanwhile.
   */
  async #prepareNext(next: PolicySet): Promise<void> {
    this.#before = [];
    this.#next = next;
    this.#keep();
    const choices = next.modules.get(PREFERENCE) !== this.#policySet.modules.get(PREFERENCE);
    await warm(next, {
      snapshots: this.#liveSnapshots.all(),
      questions: choices ? this.#policySet.recentQuestions(QUESTIONS) : [],
      subjects: this.#subjects.frequent(),
      time: this.#options.clock.wall(),
      concurrency: this.#options.concurrency,
      signal: AbortSignal.any([this.#closing.signal, AbortSignal.timeout(WARMING)]),
    });
    if (this.#closing.signal.aborted) throw new FederationError('NOT_READY', 'the policy engine was closed');
  }

  /** Puts the next policy set in force, at one instant, for every request that begins from now on. */
  #putInForce(next: PolicySet, accepted: readonly Accepted[]): void {
    const now = this.#options.clock.wall();
    const statuses = this.#inForce.statuses.map((status): PolicyModuleStatus => {
      const change = accepted.find(({ owner }) => owner === status.owner);
      if (change === undefined) return status;
      if (change.error !== null) {
        const { code, message } = change.error;
        return Object.freeze({ ...status, refused: { at: now, code, message } });
      }
      return change.module === null
        ? Object.freeze({ ...status, refused: null })
        : statusOf(status.owner, change.module, now);
    });
    this.#inForce = inForceOf(next, statuses);
    if (next === this.#policySet) return;
    this.#before = this.#policySet.keys;
    this.#policySet = next;
    this.#next = null;
    this.#keep();
    clearTimeout(this.#releaseTimer);
    this.#releaseTimer = setTimeout(() => {
      this.#before = [];
      this.#keep();
    }, this.#options.grace).unref();
    for (const { owner, module } of accepted) {
      if (module === null) continue;
      this.#options.counters.activated(owner);
      const { version, signer } = module.source ?? {};
      this.#options.logger.info({ owner, revision: module.revision, version, signer }, 'policy active');
    }
  }

  #keep(): void {
    this.#options.keepOnly(new Set([...this.#before, ...this.#policySet.keys, ...(this.#next?.keys ?? [])]));
  }
}

/** Immutable: a change replaces it. */
interface InForce {
  readonly policySet: PolicySet;
  readonly statuses: readonly PolicyModuleStatus[];
  /** The statuses of facilities' modules, by facility id. */
  readonly facilities: ReadonlyMap<string, PolicyModuleStatus>;
}

function inForceOf(policySet: PolicySet, statuses: readonly PolicyModuleStatus[]): InForce {
  const facilities = statuses.filter(({ owner }) => owner !== FEDERATION && owner !== PREFERENCE);
  return { policySet, statuses, facilities: new Map(facilities.map((status) => [status.owner, status])) };
}

function statusOf(owner: string, module: PolicyModule | null, activated: number): PolicyModuleStatus {
  return Object.freeze({
    owner,
    status: module === null ? 'FAILED' : 'ACTIVE',
    revision: module?.revision ?? null,
    activated: module === null ? null : activated,
    version: module?.source?.version ?? null,
    signer: module?.source?.signer ?? null,
    refused: null,
  });
}

function notConfigured({ owner, path }: PolicyChange): FederationError {
  return new FederationError('POLICY_INVALID', `no policy of ${JSON.stringify(owner)} is configured`, {
    at: path,
    hint: 'Name its bundle in federation.yaml, and start again.',
  });
}
