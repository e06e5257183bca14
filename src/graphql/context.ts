// What every resolver is given: who asks, and the parts of the federation that answer.

import type { Catalog } from '../catalog/catalog.ts';
import type { Limits } from '../config/limits.ts';
import type { Discovery } from '../discovery/discovery.ts';
import type { Places } from '../discovery/places.ts';
import type { Matching, MatchScope } from '../matching/match.ts';
import type { WallClock } from '../model/clock.ts';
import type { ComputeResource } from '../model/compute.ts';
import type { PolicyEngine } from '../policy/engine.ts';
import type { StoreClient } from '../store/client.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';

/** The running components; the same for every request. */
export interface GatewayParts {
  readonly discovery: Discovery;
  readonly places: Places;
  readonly vocabulary: Vocabulary;
  readonly policy: PolicyEngine;
  /** All of federation.yaml: whoever may see which is decided for each request. */
  readonly resources: readonly ComputeResource[];
  readonly matching: Matching;
  readonly catalog: Catalog;
  /** null: there is none. */
  readonly store: Pick<StoreClient, 'engine' | 'health' | 'info'> | null;
  readonly limits: Limits;
  readonly clock: WallClock;
}

/** A {@link MatchScope} with the components: one set of policies judges the whole request. */
export interface GatewayContext extends MatchScope {
  readonly parts: GatewayParts;
}

/** The resolver of a field of the type `Parent`. */
export type Field<Parent, Arguments = unknown> = (
  parent: Parent,
  args: Arguments,
  context: GatewayContext,
) => unknown;
