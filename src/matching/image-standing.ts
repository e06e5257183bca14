// What ranking asks of each image of a snapshot, whatever the resource: how far it can be trusted, and what is unknown of that and
// of its license.
import type { SnapshotIndex } from '../catalog/index/snapshot-index.ts';
import { madeOnce } from '../model/made-once.ts';
import { type Pace, paced } from '../model/pace.ts';
import type { TrustState } from '../model/trust.ts';
import { standing } from './permission.ts';
import { tallyOf } from './tally.ts';

/** By record number. */
export interface ImageStanding {
  /** The position of its trust, the best first. */
  readonly trust: Uint8Array;
  /** The tally of license and trust where images without a verified signature may run, and where not. */
  readonly open: Uint8Array;
  readonly strict: Uint8Array;
}

/** By trust, the best first. */
const TRUST: readonly TrustState[] = ['verified', 'claimed', 'unsigned', 'unknown', 'failed'];

const kept = new WeakMap<SnapshotIndex, Promise<ImageStanding>>();

/** The standing of a snapshot's images, made once for it. Rests where `pace` is due. */
export function standingOf(snapshotIndex: SnapshotIndex, pace: Pace): Promise<ImageStanding> {
  return madeOnce(kept, snapshotIndex, () => makeStanding(snapshotIndex, pace));
}

async function makeStanding({ snapshot }: SnapshotIndex, pace: Pace): Promise<ImageStanding> {
  const { records } = snapshot;
  const column = (): Uint8Array => new Uint8Array(records.length);
  const [trust, open, strict] = [column(), column(), column()];
  let document = 0;
  await paced(records, pace, (record) => {
    trust[document] = TRUST.indexOf(record.trust.state);
    open[document] = tallyOf(standing(record, true));
    strict[document] = tallyOf(standing(record, false));
    document += 1;
  });
  return { trust, open, strict };
}
