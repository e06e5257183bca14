// The policy engine of this process: the modules of federation.yaml, and what they decide. One that does not load denies
// what it would have judged: a facility's its own records, the federation's all, the preference module every choice.
import { resolve } from 'node:path';
import type { Logger } from 'pino';
import type { Snapshot } from '../catalog/catalog.ts';
import type { Config } from '../config/schema.ts';
import { FederationError } from '../model/errors.ts';
import { Decider } from './decider.ts';
import type { Policies, PolicyEngine, PolicyModuleStatus } from './engine.ts';
import { FailureLog, NO_COUNTERS, type PolicyCounters } from './failures.ts';
import { type DecisionLog, NO_DECISION_LOG } from './log/log.ts';
import { FEDERATION, PREFERENCE } from './manifest.ts';
import { Matcher } from './match.ts';
import { loadModule, type PolicyModule } from './module.ts';
import { WorkerPool } from './pool.ts';
import { Sheets } from './sheet.ts';

export interface PolicyEngineOptions {
  readonly config: Pick<Config, 'facilities' | 'policies' | 'limits' | 'cache' | 'baseDirectory'>;
  readonly logger: Logger;
  readonly counters?: PolicyCounters | undefined;
  readonly decisionLog?: DecisionLog | undefined;
  /** Worker threads; half of the processors, and no more than four, unless said. */
  readonly threads?: number | undefined;
}

export interface LocalPolicyEngine extends PolicyEngine {
  /** Sorts a snapshot's records into classes, at ingest: work that no question has to wait for. */
  prepare(snapshot: Snapshot): Promise<void>;
  /** Bytes of what is kept, by the caches' own account. */
  bytes(): { readonly decisions: number; readonly verdicts: number; readonly matches: number };
}

/** Of `cache.decisionBytes`, what the answers of the preference module may take. */
const MATCH_SHARE = 1 / 8;

/**
 * Loads the modules and starts the workers. A module that does not load is logged and FAILED in `modules()`, and is no
 * error here. Rejects with INTERNAL where the project was not built.
 */
export async function createPolicyEngine(options: PolicyEngineOptions): Promise<LocalPolicyEngine> {
  const { config, logger, counters = NO_COUNTERS, decisionLog = NO_DECISION_LOG, threads } = options;
  const pool = new WorkerPool({ deadline: config.limits.policyDeadline, threads });
  const load = async (owner: string, path: string) => ({
    owner,
    module: await loadOrLog(pool, resolve(config.baseDirectory, path), owner, logger),
  });
  const [federation, preference, ...facilities] = await Promise.all([
    load(FEDERATION, config.policies.federation),
    load(PREFERENCE, config.policies.preference),
    ...config.facilities.flatMap(({ id, policy }) => (policy === undefined ? [] : [load(id, policy)])),
  ]).catch(async (cause: unknown) => {
    await pool.close();
    throw cause;
  });
  const failures = new FailureLog(logger, counters);
  const shared = { pool, counters, failures };
  const matchBytes = Math.ceil(config.cache.decisionBytes * MATCH_SHARE);
  const sheets = new Sheets({ ...shared, decisionLog, bytes: config.cache.decisionBytes - matchBytes });
  const matcher = new Matcher(preference.module, { ...shared, bytes: matchBytes });
  const decider = new Decider({
    federation: federation.module,
    facilities: new Map(facilities.map(({ owner, module }) => [owner, module])),
    names: new Map(config.facilities.map(({ id, name }) => [id, name])),
    sheets,
    bytes: config.cache.verdictBytes,
    counters,
    decisionLog,
  });
  const statuses = [federation, preference, ...facilities].map(({ owner, module }) =>
    statusOf(owner, module),
  );
  const ofFacilities = new Map(statuses.slice(2).map((status) => [status.owner, status]));
  const policies: Policies = {
    decide: (snapshots, subject, at) => decider.decide(snapshots, subject, at),
    match: (question) => matcher.match(question),
    modules: () => statuses,
    facility: (id) => ofFacilities.get(id) ?? null,
  };
  return {
    ...policies,
    inForce: () => policies,
    prepare: (snapshot) => decider.prepare(snapshot),
    bytes: () => ({ decisions: sheets.bytes, verdicts: decider.bytes, matches: matcher.bytes }),
    close: () => pool.close(),
  };
}

async function loadOrLog(
  pool: WorkerPool,
  path: string,
  owner: string,
  logger: Logger,
): Promise<PolicyModule | null> {
  try {
    const module = await loadModule(pool, path, owner);
    logger.info({ owner, revision: module.revision }, 'policy active');
    return module;
  } catch (error) {
    if (!(error instanceof FederationError) || error.code !== 'POLICY_INVALID') throw error;
    logger.error(
      { owner, code: error.code, at: error.at, hint: error.hint, err: error },
      'a policy does not load; what it would have judged is denied',
    );
    return null;
  }
}

function statusOf(owner: string, module: PolicyModule | null): PolicyModuleStatus {
  return Object.freeze({
    owner,
    status: module === null ? 'FAILED' : 'ACTIVE',
    revision: module?.revision ?? null,
    activated: module?.activated ?? null,
  });
}
