// Images of a snapshot that no question and no resource tells apart, but for who may run them: they are of one kind.
import type { SnapshotIndex } from '../catalog/index/snapshot-index.ts';
import { madeOnce } from '../model/made-once.ts';
import type { Pace } from '../model/pace.ts';
import { type BothClasses, classesOf } from './image-classes.ts';
import { type ImageStanding, standingOf } from './image-standing.ts';
import { Refinement } from './refinement.ts';
import { TALLY_LIMIT } from './tally.ts';

/** A snapshot's images, as the ranking of candidates needs them. */
export interface ImageKinds {
  readonly classes: BothClasses;
  readonly standing: ImageStanding;
  /** Those of a set have the same class of both sorts, and the same standing. */
  readonly kinds: Refinement;
}

const kept = new WeakMap<SnapshotIndex, Promise<ImageKinds>>();

/** The kinds of a snapshot's images, made once for it. Rests where `pace` is due. */
export function kindsOf(snapshotIndex: SnapshotIndex, pace: Pace): Promise<ImageKinds> {
  return madeOnce(kept, snapshotIndex, async () => {
    const classes = await classesOf(snapshotIndex, pace);
    const standing = await standingOf(snapshotIndex, pace);
    let kinds = Refinement.ofOne(snapshotIndex.snapshot.records.length);
    for (const [limit, column] of [
      [classes.machine.needs.length, classes.machine.of],
      [classes.data.needs.length, classes.data.of],
      [TALLY_LIMIT, standing.trust],
      [TALLY_LIMIT, standing.open],
      [TALLY_LIMIT, standing.strict],
    ] as const) {
      kinds = await kinds.by({ limit, of: (document) => column[document] as number }, pace);
    }
    return { classes, standing, kinds };
  });
}
