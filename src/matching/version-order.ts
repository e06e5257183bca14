// The images of a framework in a snapshot, the newest version first, then by id.
import type { SnapshotIndex } from '../catalog/index/snapshot-index.ts';
import { fold } from '../model/fold.ts';
import type { ImageRecord } from '../model/image.ts';
import { newestVersion } from './newest-version.ts';

/** The images of a framework in a snapshot. */
export interface VersionOrder {
  /** Record numbers, the newest version first, then by id. */
  readonly documents: Uint32Array;
  /** For each of them the number of its version: those of one version follow each other. */
  readonly runs: Uint32Array;
}

/** By what stays of an index whose trust alone changes. */
const positions = new WeakMap<SnapshotIndex['byVersion'], Uint32Array>();
const orders = new WeakMap<SnapshotIndex['byVersion'], Map<string, VersionOrder>>();

/** The images of a framework by its folded name; none for one that no image has. Its readers never write to it. */
export function versionOrder(snapshotIndex: SnapshotIndex, folded: string): VersionOrder {
  const known = orders.get(snapshotIndex.byVersion) ?? new Map<string, VersionOrder>();
  orders.set(snapshotIndex.byVersion, known);
  const before = known.get(folded);
  if (before !== undefined) return before;
  const documents = snapshotIndex.byFramework.get(folded)?.byVersion ?? sorted(snapshotIndex, folded);
  const made = { documents, runs: runsOf(snapshotIndex, folded, documents) };
  // Whoever asks for a framework that is nowhere here leaves nothing behind.
  if (documents.length > 0) known.set(folded, made);
  return made;
}

/** It is the first framework of all its records, so that they follow each other in the order of all. */
function sorted(snapshotIndex: SnapshotIndex, folded: string): Uint32Array {
  const documents = snapshotIndex.fields.frameworks.get(folded)?.documents ?? new Uint32Array();
  const position = positionsOf(snapshotIndex);
  const ranks = Uint32Array.from(documents, (document) => position[document] as number).sort();
  return ranks.map((rank) => snapshotIndex.byVersion[rank] as number);
}

function runsOf({ snapshot }: SnapshotIndex, folded: string, documents: Uint32Array): Uint32Array {
  const runs = new Uint32Array(documents.length);
  const spellings = new Map<string, boolean>();
  /** A spelling is folded once, although a hundred thousand images may have it. */
  const isSame = (name: string): boolean => {
    const known = spellings.get(name) ?? fold(name) === folded;
    spellings.set(name, known);
    return known;
  };
  let run = -1;
  let before: string | null | undefined;
  for (const [index, document] of documents.entries()) {
    const version = newestVersion(snapshot.records[document] as ImageRecord, isSame);
    if (version !== before) run += 1;
    before = version;
    runs[index] = run;
  }
  return runs;
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
