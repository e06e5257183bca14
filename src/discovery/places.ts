// The facilities of federation.yaml, which questions name by id or name; in the file's order.
import type { FacilityConfig } from '../config/facility.ts';
import { fold } from '../model/fold.ts';
import type { Place } from '../model/subject.ts';
import { placeOf } from '../policy/decisions/place.ts';

export interface Places {
  readonly facilities: readonly FacilityConfig[];
  /** Throws TypeError for an id that is not configured. */
  get(id: string): FacilityConfig;
  /** A facility's id, by its id or name in any case; null where there is none. */
  resolve(text: string): string | null;
  /** The facts about a facility that policies may read. Throws TypeError as `get` does. */
  place(id: string): Place;
  /** The position in federation.yaml, from 0; behind the last one for an id that is not configured. */
  rank(id: string): number;
  /** Every id and name of facilities: a choice may name them even if no record has them. */
  readonly names: readonly string[];
  /** Every engine of a facility, each once; a choice may name them too. */
  readonly engines: readonly string[];
}

/**
 * The places of these facilities. A text that is one facility's id and another's name resolves to the id. `get` and
 * `place` throw a TypeError for an id that is not configured.
 */
export function createPlaces(facilities: readonly FacilityConfig[]): Places {
  const byId = new Map(facilities.map((facility) => [facility.id, facility]));
  const byName = new Map<string, string>();
  for (const { id, name } of facilities) byName.set(fold(name), id);
  for (const { id } of facilities) byName.set(fold(id), id);
  const ranks = new Map(facilities.map((facility, rank) => [facility.id, rank]));
  const get = (id: string): FacilityConfig => {
    const facility = byId.get(id);
    if (facility === undefined) throw new TypeError(`no facility ${id} in the configuration`);
    return facility;
  };
  return {
    facilities,
    get,
    resolve: (text) => byName.get(fold(text)) ?? null,
    place: (id) => placeOf(get(id)),
    rank: (id) => ranks.get(id) ?? facilities.length,
    names: facilities.flatMap(({ id, name }) => [id, name]),
    engines: [...new Set(facilities.flatMap((facility) => facility.engines))],
  };
}
