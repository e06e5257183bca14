// Finds one image by its id, digest or reference: the first visible one in federation.yaml's order.
import { has } from '../catalog/bitset.ts';
import type { RegistryState } from '../catalog/catalog.ts';
import type { SnapshotIndex } from '../catalog/index/snapshot-index.ts';
import { FederationError } from '../model/errors.ts';
import { parseImageReference } from '../model/image-reference.ts';
import { isAvailable, reveal, type View, type VisibleItem } from './view.ts';

export type Wanted =
  | { readonly by: 'id'; readonly id: string }
  | { readonly by: 'digest'; readonly digest: string }
  | { readonly by: 'reference'; readonly reference: string };

/**
 * Throws SOURCE_UNAVAILABLE where a registry that could hold the image has no snapshot, was read in part (PARTIAL), or
 * could not be judged. Reads no record, so that the answer does not depend on whether the image exists.
 */
export function requireSnapshots(
  { states, verdict }: View,
  couldHoldIt: (state: RegistryState) => boolean,
): void {
  const missing = states.find((state) => !isAvailable(state, verdict) && couldHoldIt(state));
  if (missing === undefined) return;
  throw new FederationError(
    'SOURCE_UNAVAILABLE',
    `Registry ${missing.facility}/${missing.registry} ${missing.status === 'PARTIAL' ? 'has not been read whole yet' : 'cannot be asked now'}, so it is not known whether it holds this image.`,
    { hint: 'Try again later; `facilities` reports the status of each registry.' },
  );
}

/**
 * Whether the registry could hold an image of this name, judged by the name only: for an id, whether it begins with
 * `<facility>/<registry>/`; true for any other name.
 */
export function couldHold(
  { facility, registry }: Pick<RegistryState, 'facility' | 'registry'>,
  wanted: Wanted,
): boolean {
  return wanted.by !== 'id' || wanted.id.startsWith(`${facility}/${registry}/`);
}

/**
 * The first image of this id, digest or reference that the caller may discover, in federation.yaml's order; null where
 * there is none, or the text is no reference. A reference without tag and digest means the tag `latest`.
 */
export function findImage(view: View, wanted: Wanted): VisibleItem | null {
  for (const part of view.parts) {
    for (const document of documentsOf(part.snapshotIndex, wanted)) {
      // Checked first, because thousands of hidden records may have the same digest.
      if (!has(part.discover, document)) continue;
      const visible = reveal(view, part, document);
      if (visible !== null) return visible;
    }
  }
  return null;
}

/**
 * The other images with the same digest that the caller may discover, in all registries: at most `first` (1 or more),
 * in federation.yaml's order; empty for an image without a digest. Rejects as {@link View.all} does, with NOT_READY or
 * INTERNAL, where registries that the question left out are judged now.
 */
export async function sameDigest(
  { image, view: itsView }: VisibleItem,
  first: number,
): Promise<readonly VisibleItem[]> {
  const others: VisibleItem[] = [];
  if (image.digest === null) return others;
  const view = await itsView.all();
  for (const part of view.parts) {
    for (const document of documentsOf(part.snapshotIndex, { by: 'digest', digest: image.digest })) {
      if (!has(part.discover, document)) continue;
      const visible = reveal(view, part, document);
      if (visible === null || visible.image.id === image.id) continue;
      others.push(visible);
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
      return documentsNamed(snapshotIndex, wanted.reference);
  }
}

/** As engines read it: a digest goes before a tag, and without either the tag is `latest`. */
function documentsNamed({ byReference }: SnapshotIndex, text: string): readonly number[] {
  const reference = parseImageReference(text);
  if (reference === null) return [];
  const { name, tag, digest } = reference;
  return byReference.get(digest === null ? `${name}:${tag ?? 'latest'}` : `${name}@${digest}`) ?? [];
}
