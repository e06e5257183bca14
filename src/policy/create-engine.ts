// The policy engine of this process: the modules of federation.yaml, and what they decide. One that does not load denies
// what it would have judged: a facility's its own records, the federation's all, the preference module every choice.

import { resolve } from 'node:path';
import type { Logger } from 'pino';
import type { Snapshot, SnapshotRevision } from '../catalog/snapshot.ts';
import { policyBundleOf, policySourceOf } from '../config/policy-source.ts';
import type { Config } from '../config/schema.ts';
import { type Clock, SYSTEM_CLOCK } from '../model/clock.ts';
import { FederationError } from '../model/errors.ts';
import { createFairQueue } from '../model/fair-queue.ts';
import { type ActivationResult, PolicyActivation, type PolicyChange } from './activation/activation.ts';
import { PolicySet } from './activation/policy-set.ts';
import { FEDERATION, PREFERENCE } from './bundle/manifest.ts';
import { type Bundle, parseBundle, readBundle } from './bundle/read.ts';
import { DecisionCache } from './decisions/decision-table.ts';
import { FailureLog, NO_COUNTERS, type PolicyCounters } from './decisions/failures.ts';
import { VerdictCache } from './decisions/verdict-cache.ts';
import type { PolicyEngine, PolicyRefusal } from './engine.ts';
import { type DecisionLog, NO_DECISION_LOG } from './log/log.ts';
import { DataBudget } from './wasm/data-budget.ts';
import { loadModule, makeModule, type PolicyModule } from './wasm/module.ts';
import { WorkerPool } from './wasm/pool.ts';

export interface PolicyEngineOptions {
  readonly config: Pick<Config, 'facilities' | 'policies' | 'limits' | 'cache' | 'baseDirectory'>;
  readonly logger: Logger;
  /** By default nothing is counted. */
  readonly counters?: PolicyCounters | undefined;
  /** By default nothing is logged of decisions. */
  readonly decisionLog?: DecisionLog | undefined;
  /** Worker threads; by default one for each processor. */
  readonly threads?: number | undefined;
  /** The clocks of this machine by default. */
  readonly clock?: Clock | undefined;
}

export interface LocalPolicyEngine extends PolicyEngine {
  /** Sorts a snapshot's records into classes, at ingest, so that no request waits for it. */
  prepare(snapshot: Snapshot, revision?: SnapshotRevision): Promise<void>;
  /**
   * Puts other bundles in force: all that load, at one instant, at most 5 s after they passed the checks; until then
   * the old ones decide. Resolves when that is done, with one result an owner; of two bundles of one owner the last
   * counts. A bundle that does not load is counted, logged and `refused`, and the module in force for its owner stays.
   * Rejects with NOT_READY if the engine was closed, or too many evaluations wait, and with INTERNAL if a worker does
   * not start.
   */
  activate(changes: readonly PolicyChange[]): Promise<readonly ActivationResult[]>;
  /**
   * Counts a bundle that was refused before it was loaded and shows it in the owner's status; null: clears it there.
   */
  refuse(owner: string, refusal: PolicyRefusal | null): void;
  /** Bytes in each of the caches, as they estimate them. */
  bytes(): { readonly decisions: number; readonly verdicts: number; readonly matches: number };
}

/** The share of `cache.decisionBytes` that the answers of the preference module may take. */
const MATCH_SHARE = 1 / 8;
/**
 * Explanations that run at a time, so that workers have time for requests, and that wait: for each principal, and in
 * all.
 */
const EXPLANATIONS = { what: 'explanations', atOnce: 2, atOnceEach: 2, waitingEach: 512, waiting: 4_096 };

/**
 * Loads the modules (OPA's WASM) and starts the workers, by default at most one for each available core. A
 * module that does not load is logged and FAILED in `modules()`, and does not reject. Rejects with INTERNAL
 * if the project was not built, or a worker does not start, and has ended the workers then. A facility whose
 * policy is a signed source has none until `activate`: its records are denied. The methods reject as {@link
 * PolicyEngine} and {@link LocalPolicyEngine} say.
 */
export async function createPolicyEngine(options: PolicyEngineOptions): Promise<LocalPolicyEngine> {
  const { config, logger, counters = NO_COUNTERS, decisionLog = NO_DECISION_LOG } = options;
  const { threads, clock = SYSTEM_CLOCK } = options;
  const pool = new WorkerPool({ deadline: config.limits.policyDeadline, threads, clock });
  const pathOf = (path: string) => resolve(config.baseDirectory, path);
  // The images of a lab that ships its policy itself are judged by that policy or not at all.
  const awaited = config.facilities.filter((facility) => policySourceOf(facility) !== null);
  const files = policyFiles(config).map(({ owner, path }) => ({ owner, path: pathOf(path) }));
  const loaded = await Promise.all(files.map((file) => loadOrRefuse(pool, file))).catch(
    async (cause: unknown) => {
      await pool.close();
      throw cause;
    },
  );
  const budgetBeside = (present: Iterable<PolicyModule | null>) =>
    new DataBudget(config.limits.policyDataBytes, pool.threads, present);
  const modules = withinBudget(loaded, budgetBeside([])).map(
    (first) => [first.owner, inForce(first, logger)] as const,
  );
  const failures = new FailureLog(logger, counters, clock);
  const matchBytes = Math.ceil(config.cache.decisionBytes * MATCH_SHARE);
  const shared = { pool, counters, failures, decisionLog, clock };
  const decisionCache = new DecisionCache({ ...shared, bytes: config.cache.decisionBytes - matchBytes });
  const verdictCache = new VerdictCache(config.cache.verdictBytes);
  const names = new Map(config.facilities.map(({ id, name }) => [id, name]));
  const activation = new PolicyActivation({
    first: new PolicySet(new Map([...modules, ...awaited.map(({ id }) => [id, null] as const)]), {
      ...shared,
      decisionCache,
      verdictCache,
      names,
      facilities: config.facilities,
      explanations: createFairQueue({ ...EXPLANATIONS, patience: config.limits.requestTimeout }),
      matchBytes,
    }),
    load: async ({ owner, path: given, bytes }, present) => {
      const path = bytes === undefined ? pathOf(given) : given;
      const bundle = await (bytes === undefined ? readBundle(path, owner) : parseBundle(bytes, path, owner));
      return present !== null && isSame(bundle, present) ? null : makeModule(pool, bundle, path);
    },
    budgetBeside,
    keepOnly: (living) => {
      for (const kept of [decisionCache, verdictCache, pool]) kept.keepOnly(living);
    },
    concurrency: pool.threads,
    grace: config.limits.requestTimeout,
    clock,
    counters,
    logger,
  });
  await activation.load();
  return {
    inForce: () => activation.inForce(),
    decide: (snapshots, subject, at) => activation.inForce().decide(snapshots, subject, at),
    match: (question) => activation.inForce().match(question),
    resources: (resources, subject) => activation.inForce().resources(resources, subject),
    explain: (...asked) => activation.inForce().explain(...asked),
    labels: () => activation.inForce().labels(),
    modules: () => activation.inForce().modules(),
    facility: (id) => activation.inForce().facility(id),
    prepare: (snapshot, revision) => activation.prepare(snapshot, revision),
    activate: (changes) => activation.activate(changes),
    refuse: (owner, refusal) => activation.refuse(owner, refusal),
    bytes: () => ({
      decisions: decisionCache.bytes,
      verdicts: verdictCache.bytes,
      matches: activation.matchBytes,
    }),
    close: () => {
      activation.close();
      return pool.close();
    },
  };
}

/** Whether a bundle decides as the module does, and comes from the same archive of its lab. */
function isSame(bundle: Bundle, module: PolicyModule): boolean {
  return bundle.revision === module.revision && bundle.source?.digest === module.source?.digest;
}

/**
 * The bundle of each owner that has one, as the configuration names it, relative paths not resolved: the federation's,
 * the preference module's, then the facilities' in federation.yaml's order.
 */
export function policyFiles({
  policies,
  facilities,
}: Pick<Config, 'facilities' | 'policies'>): readonly PolicyChange[] {
  return [
    { owner: FEDERATION, path: policies.federation },
    { owner: PREFERENCE, path: policies.preference },
    ...facilities.flatMap((facility) => {
      const path = policyBundleOf(facility);
      return path === null ? [] : [{ owner: facility.id, path }];
    }),
  ];
}

/** A module that is to be in force at the start, or the error that prevents it. */
interface First {
  readonly owner: string;
  readonly path: string;
  readonly loaded: PolicyModule | FederationError;
}

async function loadOrRefuse(pool: WorkerPool, file: Omit<First, 'loaded'>): Promise<First> {
  try {
    return { ...file, loaded: await loadModule(pool, file.path, file.owner) };
  } catch (error) {
    if (!(error instanceof FederationError) || error.code !== 'POLICY_INVALID') throw error;
    return { ...file, loaded: error };
  }
}

function withinBudget(firsts: readonly First[], budget: DataBudget): First[] {
  const refusals = budget.allocate(
    firsts.flatMap(({ loaded, path }) =>
      loaded instanceof FederationError ? [] : [{ module: loaded, path }],
    ),
  );
  return firsts.map((first) =>
    first.loaded instanceof FederationError
      ? first
      : { ...first, loaded: refusals.get(first.loaded) ?? first.loaded },
  );
}

/** The module, or null if it was refused; logs which. */
function inForce({ owner, loaded }: First, logger: Logger): PolicyModule | null {
  if (!(loaded instanceof FederationError)) {
    logger.info({ owner, revision: loaded.revision }, 'policy active');
    return loaded;
  }
  logger.error(
    { owner, code: loaded.code, at: loaded.at, hint: loaded.hint, err: loaded },
    'a policy does not load; what it would have judged is denied',
  );
  return null;
}
