// The current images of a repository that a caller may discover, by their digests.
import { has, indexesOf } from '../catalog/bitset.ts';
import { reveal, type SnapshotAccess, type View, type VisibleItem } from './view.ts';

/** A repository of one registry. */
export interface RepositoryName {
  readonly facility: string;
  readonly registry: string;
  readonly repository: string;
}

/**
 * The part of a view that is the registry of a repository; undefined where the view does not have it, as one without a
 * snapshot.
 */
export const partOf = (view: View, { facility, registry }: RepositoryName): SnapshotAccess | undefined =>
  view.parts.find(
    ({ snapshotIndex: { snapshot } }) => snapshot.facility === facility && snapshot.registry === registry,
  );

/**
 * The digests of all current images of the repository that may be discovered, in the order of the snapshot; images
 * without a digest are left out.
 */
export function digestsOf(
  { snapshotIndex: { snapshot }, discover }: SnapshotAccess,
  { repository }: RepositoryName,
): string[] {
  const digests: string[] = [];
  for (const document of indexesOf(discover)) {
    const record = snapshot.records[document];
    if (record?.repository === repository && record.digest !== null) digests.push(record.digest);
  }
  return digests;
}

/**
 * The number, in its snapshot, of the current record with this repository and digest that may be discovered; null where
 * there is none.
 */
export function documentOf(
  { snapshotIndex, discover }: SnapshotAccess,
  { facility, registry, repository }: RepositoryName,
  digest: string,
): number | null {
  const document = snapshotIndex.byId.get(`${facility}/${registry}/${repository}@${digest}`);
  return document !== undefined && has(discover, document) ? document : null;
}

/**
 * The current image with this repository and digest that may be discovered; null where there is none, or the view lacks
 * its registry.
 */
export function imageOf(view: View, name: RepositoryName, digest: string): VisibleItem | null {
  const part = partOf(view, name);
  const document = part === undefined ? null : documentOf(part, name, digest);
  return part === undefined || document === null ? null : reveal(view, part, document);
}

/**
 * The digests of the current images with a reference, `<canonical name>:<tag>`, that may be discovered; empty where
 * there is none.
 */
export function digestsWith(
  { snapshotIndex: { snapshot, byReference }, discover }: SnapshotAccess,
  reference: string,
): ReadonlySet<string> {
  const digests = new Set<string>();
  for (const document of byReference.get(reference) ?? []) {
    const digest = has(discover, document) ? snapshot.records[document]?.digest : null;
    if (digest != null) digests.add(digest);
  }
  return digests;
}
