// What each rule reads of images' needs: classes of images differ in much, and in what one rule reads there are few values.
import { type Pace, paced } from '../model/pace.ts';
import type { Needs } from './needs.ts';

/** The values of what one rule reads. */
export interface Aspect<Part> {
  /** By class of images, the value's number. */
  readonly of: Uint32Array;
  readonly values: readonly Part[];
}

/** By dimension, the aspect. A value has what the rule may read, and nothing else. */
type AspectsOf<Keys extends Readonly<Record<string, readonly (keyof Needs)[]>>> = {
  readonly [Name in keyof Keys]: Aspect<Pick<Needs, Keys[Name][number]>>;
};

/** What the rules of machines read. */
export const MACHINE = {
  architecture: ['architectures', 'platforms'],
  cpus: ['cpus'],
  memory: ['memory'],
  gpu: ['gpu', 'cuda', 'rocm', 'glibc', 'engines'],
  engine: ['engines'],
  mpi: ['mpi', 'environmentMpi', 'hasUnnamedMpi'],
} as const;
export type MachineAspects = AspectsOf<typeof MACHINE>;

/** What those of data read. */
export const DATA = { format: ['reads'], technique: ['techniques'] } as const;
export type DataAspects = AspectsOf<typeof DATA>;

/** The aspects of classes of images, by what each class needs. Rests where `pace` is due. */
export async function aspectsOf<Keys extends Readonly<Record<string, readonly (keyof Needs)[]>>>(
  keys: Keys,
  classes: readonly Needs[],
  pace: Pace,
): Promise<AspectsOf<Keys>> {
  const aspects: Record<string, Aspect<Partial<Needs>>> = {};
  for (const [name, own] of Object.entries(keys)) aspects[name] = await aspectOf(classes, own, pace);
  return aspects as AspectsOf<Keys>;
}

async function aspectOf(
  classes: readonly Needs[],
  keys: readonly (keyof Needs)[],
  pace: Pace,
): Promise<Aspect<Partial<Needs>>> {
  const of = new Uint32Array(classes.length);
  const values: Partial<Needs>[] = [];
  const known = new Map<string, number>();
  await paced(classes.entries(), pace, ([index, needs]) => {
    const part = Object.fromEntries(keys.map((key) => [key, needs[key]])) as Partial<Needs>;
    const text = JSON.stringify(part);
    const number = known.get(text) ?? values.push(part) - 1;
    known.set(text, number);
    of[index] = number;
  });
  return { of, values };
}
