// Narrows what a question selects to one image.
import { bitsOf } from '../catalog/bitset.ts';
import type { QueryResult } from '../discovery/ask.ts';

/**
 * The result with the image of that id alone. One that the question does not select, that the caller may not know of, and one that
 * is not there leave the same: nothing.
 */
export function ofOneImage(result: QueryResult, id: string): QueryResult {
  const within = result.matches.view.parts.map(({ snapshotIndex: { byId, snapshot } }) => {
    const document = byId.get(id);
    return bitsOf(snapshot.records.length, document === undefined ? [] : [document]);
  });
  return { ...result, matches: { ...result.matches, within } };
}
