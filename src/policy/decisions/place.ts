// The place that a caller names, as policies read it: the facts that federation.yaml states about a facility.
import type { FacilityConfig } from '../../config/facility.ts';
import type { Place } from '../../model/subject.ts';

/**
 * A facility as a place: its id and the facts that policies may read; its license servers are sorted, so that equal
 * facts are written in one order.
 */
export function placeOf({
  id,
  allowsUnverified,
  licenseServers,
}: Pick<FacilityConfig, 'id' | 'allowsUnverified' | 'licenseServers'>): Place {
  return { facility: id, allowsUnverified, licenseServers: [...licenseServers].sort() };
}
