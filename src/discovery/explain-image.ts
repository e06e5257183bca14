// Why an image's policies decide as they do, and what they are given of it, for those who may know: the admin, and the
// author of a facility's policy of its own images by its own module. Only what the caller may discover is reached at all.
import { type Caller, isAdmin, isAuthorOf } from '../model/subject.ts';
import { recordInput } from '../policy/decisions/input.ts';
import type { Explanation } from '../policy/explain/explain-decision.ts';
import type { Places } from './places.ts';
import { badPlace } from './unknown.ts';
import type { VisibleItem } from './view.ts';

/**
 * One explanation per policy, by the policies that judged the image: all of them for an admin, the facility's
 * own for its author; null where the caller is neither. `at`: a facility's id or name; null: no place.
 * Rejects with BAD_CHOICE for an unknown facility, and as {@link Policies.explain} does: with NOT_READY if
 * too many explanations wait or the engine is closed, with INTERNAL if a worker does not start, and with the
 * signal's reason if the request ends before the explanation began.
 */
export async function explainImage(
  { image, view }: VisibleItem,
  at: string | null,
  places: Places,
): Promise<readonly Explanation[] | null> {
  const { caller, policies, bounds } = view;
  if (!mayKnow(caller, image.facility)) return null;
  const facility = at === null ? null : places.resolve(at);
  if (at !== null && facility === null) throw badPlace(at, places, bounds);
  const place = facility === null ? null : places.place(facility);
  const owner = isAdmin(caller) ? undefined : image.facility;
  const { principal } = caller;
  return policies.explain(image, caller.subject, place, owner, { principal, signal: bounds.signal });
}

/**
 * The JSON (RFC 8259) of all fields of the image that policies can read, as {@link recordInput} has them; null where
 * the caller is neither an admin nor an author of the image's facility.
 */
export function policyInputOf({ image, view }: VisibleItem): string | null {
  return mayKnow(view.caller, image.facility) ? JSON.stringify(recordInput(image)) : null;
}

const mayKnow = (caller: Caller, facility: string): boolean =>
  isAdmin(caller) || isAuthorOf(caller, facility);
