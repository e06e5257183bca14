// What each rule of machines reads of images' needs: classes of images differ in much, and in what one rule reads there are few
// values.
import { type Pace, paced } from '../model/pace.ts';
import type { Needs } from './needs.ts';

/** The values of what one rule reads. */
export interface Aspect<Part> {
  /** By class of images, the value's number. */
  readonly of: Uint32Array;
  readonly values: readonly Part[];
}

const KEYS = {
  architecture: ['architectures', 'platforms'],
  cpus: ['cpus'],
  memory: ['memory'],
  gpu: ['gpu', 'cuda', 'rocm'],
  engine: ['engines'],
  mpi: ['mpi', 'environmentMpi', 'hasUnnamedMpi'],
} as const satisfies Readonly<Record<string, readonly (keyof Needs)[]>>;
type Name = keyof typeof KEYS;

/** By dimension. A value has what its rule may read, and nothing else. */
export type Aspects = { readonly [N in Name]: Aspect<Pick<Needs, (typeof KEYS)[N][number]>> };

/** The aspects of classes of images, by what each class needs. Rests where `pace` is due. */
export async function aspectsOf(classes: readonly Needs[], pace: Pace): Promise<Aspects> {
  return {
    architecture: await aspectOf(classes, KEYS.architecture, pace),
    cpus: await aspectOf(classes, KEYS.cpus, pace),
    memory: await aspectOf(classes, KEYS.memory, pace),
    gpu: await aspectOf(classes, KEYS.gpu, pace),
    engine: await aspectOf(classes, KEYS.engine, pace),
    mpi: await aspectOf(classes, KEYS.mpi, pace),
  };
}

async function aspectOf<Key extends keyof Needs>(
  classes: readonly Needs[],
  keys: readonly Key[],
  pace: Pace,
): Promise<Aspect<Pick<Needs, Key>>> {
  const of = new Uint32Array(classes.length);
  const values: Pick<Needs, Key>[] = [];
  const known = new Map<string, number>();
  await paced(classes.entries(), pace, ([index, needs]) => {
    const part = Object.fromEntries(keys.map((key) => [key, needs[key]])) as Pick<Needs, Key>;
    const text = JSON.stringify(part);
    const number = known.get(text) ?? values.push(part) - 1;
    known.set(text, number);
    of[index] = number;
  });
  return { of, values };
}
