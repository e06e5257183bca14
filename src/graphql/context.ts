// What every resolver is given: who asks, and the parts of the federation that answer.

import type { Catalog } from '../catalog/catalog.ts';
import type { Limits } from '../config/limits.ts';
import type { Discovery } from '../discovery/discovery.ts';
import type { Places } from '../discovery/places.ts';
import type { RequestScope } from '../discovery/view.ts';
import type { WallClock } from '../model/clock.ts';
import type { PolicyEngine } from '../policy/engine.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';

/** The running parts; the same for every request. */
export interface GatewayParts {
  readonly discovery: Discovery;
  readonly places: Places;
  readonly vocabulary: Vocabulary;
  readonly policy: PolicyEngine;
  readonly catalog: Catalog;
  readonly limits: Limits;
  readonly clock: WallClock;
}

/** An {@link RequestScope} with the parts: one request is judged by one set of policies. */
export interface GatewayContext extends RequestScope {
  readonly parts: GatewayParts;
}

/** A field's function, by the type that it hangs on. */
export type Field<Parent, Arguments = unknown> = (
  parent: Parent,
  args: Arguments,
  context: GatewayContext,
) => unknown;
