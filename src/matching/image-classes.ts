// Images that rules cannot tell apart are one class: a hundred thousand images are a few hundred, and each is judged once at a
// resource.
import type { SnapshotIndex } from '../catalog/index/snapshot-index.ts';
import { madeOnce } from '../model/made-once.ts';
import { type Pace, paced } from '../model/pace.ts';
import { type Needs, needsOf, type Stating } from './needs.ts';
import { aspectsOf, DATA, type DataAspects, MACHINE, type MachineAspects } from './needs-aspects.ts';

/** The classes of a snapshot's images. */
export interface ImageClasses {
  /** By record number, the class. */
  readonly of: Uint32Array;
  /** By class, what its images need. */
  readonly needs: readonly Needs[];
}

/** Classes by what rules of machines ask, with what each of these rules reads. */
export interface MachineClasses extends ImageClasses {
  readonly aspects: MachineAspects;
}

/** As {@link MachineClasses}, for the rules of data. */
export interface DataClasses extends ImageClasses {
  readonly aspects: DataAspects;
}

/** What rules of machines ask of an image, and what those of data ask. */
export interface BothClasses {
  readonly machine: MachineClasses;
  readonly data: DataClasses;
}

/** By what stays of an index whose trust alone changes. */
const kept = new WeakMap<SnapshotIndex['byVersion'], Promise<BothClasses>>();

/** The classes of a snapshot's images, made once for it. Rests where `pace` is due. */
export function classesOf(snapshotIndex: SnapshotIndex, pace: Pace): Promise<BothClasses> {
  return madeOnce(kept, snapshotIndex.byVersion, () => makeClasses(snapshotIndex, pace));
}

async function makeClasses({ snapshot }: SnapshotIndex, pace: Pace): Promise<BothClasses> {
  const { records } = snapshot;
  const machine = new ClassesBuilder(records.length);
  const data = new ClassesBuilder(records.length);
  let document = 0;
  await paced(records, pace, (record) => {
    const { platforms, requires, environment, reads, techniques } = record;
    machine.add(document, JSON.stringify([platforms, requires, environment]), record);
    data.add(document, JSON.stringify([reads, techniques]), record);
    document += 1;
  });
  return {
    machine: { ...machine.classes, aspects: await aspectsOf(MACHINE, machine.classes.needs, pace) },
    data: { ...data.classes, aspects: await aspectsOf(DATA, data.classes.needs, pace) },
  };
}

class ClassesBuilder {
  readonly classes: { readonly of: Uint32Array; readonly needs: Needs[] };
  readonly #known = new Map<string, number>();

  constructor(size: number) {
    this.classes = { of: new Uint32Array(size), needs: [] };
  }

  add(document: number, key: string, record: Stating): void {
    let known = this.#known.get(key);
    if (known === undefined) {
      known = this.classes.needs.push(needsOf(record)) - 1;
      this.#known.set(key, known);
    }
    this.classes.of[document] = known;
  }
}
