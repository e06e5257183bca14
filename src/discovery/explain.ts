// Why an image's policies decide as they do, for those who may know: the admin, and the author of a facility's policy
// of its own images by its own module. Only what the caller may discover is reached at all.
import type { Explanation } from '../policy/explain/explain.ts';
import { isAdmin } from './outcomes.ts';
import type { Places } from './places.ts';
import { badChoice, unknownPlace } from './unknown.ts';
import type { Seen } from './view.ts';

/**
 * null for those who may not know. `at`: a facility's id or name; null: no place. Judged by the policies that revealed
 * the image. Rejects with BAD_CHOICE for a place that there is not.
 */
export async function explainSeen(
  { image, view }: Seen,
  at: string | null,
  places: Places,
): Promise<readonly Explanation[] | null> {
  const { caller, policies } = view;
  const author = caller.roles.includes(`author:${image.facility}`);
  if (!isAdmin(caller) && !author) return null;
  const facility = at === null ? null : places.resolve(at);
  if (at !== null && facility === null) throw badChoice(unknownPlace(at, places));
  const place = facility === null ? null : places.place(facility);
  return policies.explain(image, caller.subject, place, isAdmin(caller) ? undefined : image.facility);
}
