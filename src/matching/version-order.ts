// The images of a framework in a snapshot, the newest version first, then by id.
import type { SnapshotIndex } from '../catalog/index/snapshot-index.ts';

/** By what stays of an index whose trust alone changes. */
const positions = new WeakMap<SnapshotIndex['byVersion'], Uint32Array>();
const orders = new WeakMap<SnapshotIndex['byVersion'], Map<string, Uint32Array>>();

/** The record numbers of a framework by its folded name; empty for one that no image has. Its readers never write to it. */
export function versionOrder(snapshotIndex: SnapshotIndex, folded: string): Uint32Array {
  const own = snapshotIndex.byFramework.get(folded);
  if (own !== undefined) return own.byVersion;
  const known = orders.get(snapshotIndex.byVersion) ?? new Map<string, Uint32Array>();
  orders.set(snapshotIndex.byVersion, known);
  const found = known.get(folded) ?? sorted(snapshotIndex, folded);
  known.set(folded, found);
  return found;
}

/** It is the first framework of all its records, so that they follow each other in the order of all. */
function sorted(snapshotIndex: SnapshotIndex, folded: string): Uint32Array {
  const documents = snapshotIndex.fields.frameworks.get(folded)?.documents ?? new Uint32Array();
  const position = positionsOf(snapshotIndex);
  const ranks = Uint32Array.from(documents, (document) => position[document] as number).sort();
  return ranks.map((rank) => snapshotIndex.byVersion[rank] as number);
}

/** By record number, its position in the order of versions. */
function positionsOf({ byVersion }: SnapshotIndex): Uint32Array {
  const known = positions.get(byVersion);
  if (known !== undefined) return known;
  const made = new Uint32Array(byVersion.length);
  for (const [position, document] of byVersion.entries()) made[document] = position;
  positions.set(byVersion, made);
  return made;
}
