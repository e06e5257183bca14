// One image by its id, digest or reference: the first visible one by federation.yaml's order, or nothing.
import { has } from '../catalog/bitset.ts';
import type { RegistryState } from '../catalog/catalog.ts';
import type { SnapshotIndex } from '../catalog/snapshot-index.ts';
import { FederationError } from '../model/errors.ts';
import { isAtHand, reveal, type View, type VisibleItem } from './view.ts';

export type Wanted =
  | { readonly by: 'id'; readonly id: string }
  | { readonly by: 'digest'; readonly digest: string }
  | { readonly by: 'reference'; readonly reference: string };

/**
 * Before any record is read: a registry that could hold the image and has no snapshot, or one that could not be judged, makes the answer
 * SOURCE_UNAVAILABLE, whether or not the image exists.
 */
export function requireSnapshots({ states, verdict }: View, wanted: Wanted): void {
  const missing = states.find((state) => !isAtHand(state, verdict) && couldHold(state, wanted));
  if (missing === undefined) return;
  throw new FederationError(
    'SOURCE_UNAVAILABLE',
    `Registry ${missing.facility}/${missing.registry} cannot be asked now, so it is not known whether it holds this image.`,
    { hint: 'Try again later; `facilities` tells how each registry is.' },
  );
}

/** Whether an image of this name could be of the registry, by the name alone. */
export function couldHold(
  { facility, registry }: Pick<RegistryState, 'facility' | 'registry'>,
  wanted: Wanted,
): boolean {
  return wanted.by !== 'id' || wanted.id.startsWith(`${facility}/${registry}/`);
}

export function findImage(view: View, wanted: Wanted): VisibleItem | null {
  for (const part of view.parts) {
    for (const document of documentsOf(part.snapshotIndex, wanted)) {
      // Before all else: thousands of hidden ones may have the same digest.
      if (!has(part.discover, document)) continue;
      const seen = reveal(view, part, document);
      if (seen !== null) return seen;
    }
  }
  return null;
}

/** The other visible images with this one's digest, in federation.yaml's order. */
export async function sameDigest(
  { image, view: asked }: VisibleItem,
  first: number,
): Promise<readonly VisibleItem[]> {
  const others: VisibleItem[] = [];
  if (image.digest === null) return others;
  const view = await asked.all();
  for (const part of view.parts) {
    for (const document of documentsOf(part.snapshotIndex, { by: 'digest', digest: image.digest })) {
      if (!has(part.discover, document)) continue;
      const seen = reveal(view, part, document);
      if (seen === null || seen.image.id === image.id) continue;
      others.push(seen);
      if (others.length === first) return others;
    }
  }
  return others;
}

/** Record numbers, in the order of ids. */
function documentsOf(snapshotIndex: SnapshotIndex, wanted: Wanted): readonly number[] {
  switch (wanted.by) {
    case 'id': {
      const document = snapshotIndex.byId.get(wanted.id);
      return document === undefined ? [] : [document];
    }
    case 'digest':
      return snapshotIndex.byDigest.get(wanted.digest) ?? [];
    case 'reference':
      return snapshotIndex.byReference.get(wanted.reference) ?? [];
  }
}
