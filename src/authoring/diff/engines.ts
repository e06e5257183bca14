// The gateway's own engine for each side of `policy diff`: the modules of federation.yaml, but for the owners that are
// compared, whose modules are the side's.

import { resolve } from 'node:path';
import pino from 'pino';
import type { FacilityConfig } from '../../config/facility.ts';
import { policyBundleOf, policySourceOf } from '../../config/policy-source.ts';
import type { Config } from '../../config/schema.ts';
import { SYSTEM_CLOCK } from '../../model/clock.ts';
import { FederationError } from '../../model/errors.ts';
import { FEDERATION, PREFERENCE } from '../../policy/bundle/manifest.ts';
import { readBundle } from '../../policy/bundle/read.ts';
import type { ReadPath } from '../../policy/bundle/revision.ts';
import { createPolicyEngine, policyFiles } from '../../policy/create-engine.ts';
import { NO_COUNTERS } from '../../policy/decisions/failures.ts';
import { readsTime } from '../../policy/decisions/time.ts';
import type { PolicyEngine } from '../../policy/engine.ts';
import type { ComparedOwner } from './diff.ts';
import type { Bundles, Sides } from './sides.ts';

/** Inputs that a module failed to judge, which the gateway denies. */
export interface Unjudged {
  readonly side: 'old' | 'new';
  readonly owner: string;
  readonly inputs: number;
}

export interface DiffEngines {
  readonly old: PolicyEngine;
  readonly new: PolicyEngine;
  readonly owners: readonly ComparedOwner[];
  /** The paths that the modules of both sides read to judge a facility's images: the federation's, and its own. */
  reads(facility: string): readonly ReadPath[];
  /**
   * Facilities that ship their policy themselves and are not compared: only the gateway has the policy in force, and
   * both sides judge their images without it. It can only restrict, so no change is missed.
   */
  readonly absent: readonly string[];
  /** Compared owners whose policy reads the time, on either side: at another time, the result may differ. */
  readonly timed: readonly string[];
  /** The failures so far. */
  unjudged(): readonly Unjudged[];
  /** Ends the workers of both engines. */
  close(): Promise<void>;
}

/** Milliseconds for one batch: no request waits, and a busy machine must not look like a change of policy. */
const PATIENCE = 30_000;

export interface EngineOptions {
  /** The time for which both sides decide, however long it takes; milliseconds since the epoch. */
  readonly time: number;
}

type EngineConfig = Pick<Config, 'facilities' | 'policies' | 'limits' | 'cache' | 'baseDirectory'>;

/**
 * The engines of both sides, which decide as of `time` (milliseconds since the epoch; now by default); close them after
 * use. Rejects with USAGE if the configuration does not have a compared facility, with POLICY_INVALID if a module does
 * not load, and with INTERNAL if the project was not built.
 */
export async function openEngines(
  config: EngineConfig,
  sides: Sides,
  { time }: EngineOptions = { time: SYSTEM_CLOCK.wall() },
): Promise<DiffEngines> {
  const ids = config.facilities.map(({ id }) => id);
  const unknown = sides.owners.find((owner) => owner !== FEDERATION && !ids.includes(owner));
  if (unknown !== undefined) {
    throw new FederationError('USAGE', `the configuration has no facility ${unknown}`, {
      hint: `compare only some: --owner <owner>, one of ${[FEDERATION, ...ids].join(', ')}`,
    });
  }
  const unjudged = new Map<string, Unjudged>();
  const reads = new Map<string, ReadPath[]>();
  const open = (side: Unjudged['side']) =>
    engineOf(configOf(config, sides.owners, sides[side]), { time, reads }, (owner, inputs) => {
      const key = `${side} ${owner}`;
      unjudged.set(key, { side, owner, inputs: inputs + (unjudged.get(key)?.inputs ?? 0) });
    });
  const old = await open('old');
  try {
    const next = await open('new');
    return {
      old,
      new: next,
      owners: sides.owners.map((owner) => ({
        owner,
        old: revisionOf(old, owner),
        new: revisionOf(next, owner),
      })),
      reads: (facility) => [FEDERATION, facility].flatMap((owner) => reads.get(owner) ?? []),
      absent: absentOf(config, sides.owners),
      timed: sides.owners.filter((owner) => reads.get(owner)?.some(readsTime)),
      unjudged: () => [...unjudged.values()],
      close: async () => {
        await Promise.all([old.close(), next.close()]);
      },
    };
  } catch (error) {
    await old.close();
    throw error;
  }
}

async function engineOf(
  config: EngineConfig,
  { time, reads }: EngineOptions & { readonly reads: Map<string, ReadPath[]> },
  failed: (owner: string, inputs: number) => void,
): Promise<PolicyEngine> {
  // The engine only logs a module that does not load; reading the bundle first reports it with its place.
  for (const { owner, path } of policyFiles(config)) {
    if (owner === PREFERENCE) continue;
    const bundle = await readBundle(resolve(config.baseDirectory, path), owner);
    reads.set(owner, [...(reads.get(owner) ?? []), ...bundle.reads]);
  }
  const engine = await createPolicyEngine({
    config,
    logger: pino({ level: 'silent' }),
    counters: { ...NO_COUNTERS, failed: (owner, _cause, inputs) => failed(owner, inputs) },
    threads: 1,
    clock: { ...SYSTEM_CLOCK, wall: () => time },
  });
  const broken = engine.modules().find(({ owner, status }) => owner !== PREFERENCE && status === 'FAILED');
  if (broken === undefined) return engine;
  await engine.close();
  throw new FederationError('POLICY_INVALID', `the module of ${broken.owner} does not load`, {
    hint: 'Build it again with `panfed policy build`.',
  });
}

function configOf(config: EngineConfig, owners: readonly string[], bundles: Bundles): EngineConfig {
  const federation = bundles.get(FEDERATION) ?? config.policies.federation;
  // If the federation's policy is not compared, neither images nor policies of other facilities are needed.
  const policyOf = (facility: FacilityConfig) => {
    if (owners.includes(facility.id)) return bundles.get(facility.id);
    return owners.includes(FEDERATION) ? (policyBundleOf(facility) ?? undefined) : undefined;
  };
  return {
    ...config,
    policies: { ...config.policies, federation },
    limits: { ...config.limits, policyDeadline: PATIENCE },
    facilities: config.facilities.map((facility) => ({
      ...facility,
      policy: policyOf(facility),
    })),
  };
}

function absentOf({ facilities }: EngineConfig, owners: readonly string[]): string[] {
  if (!owners.includes(FEDERATION)) return [];
  const shipped = facilities.filter((facility) => policySourceOf(facility) !== null);
  return shipped.map(({ id }) => id).filter((id) => !owners.includes(id));
}

function revisionOf(engine: PolicyEngine, owner: string): string | null {
  return engine.modules().find((module) => module.owner === owner)?.revision ?? null;
}
