// The tallies of images at a resource by the rules of machines: each rule judges what it reads once for all images that agree in it,
// and what follows from no question is kept.
import { LRUCache } from 'lru-cache';
import type { ComputeResource, NodeType } from '../model/compute.ts';
import { type Pace, paced } from '../model/pace.ts';
import type { Known } from './candidate.ts';
import type { MachineClasses } from './image-classes.ts';
import type { Aspect } from './needs-aspects.ts';
import type { Question } from './question.ts';
import { judgeCpus, judgeMemory } from './rules/amounts.ts';
import { judgeArchitecture } from './rules/architecture.ts';
import { judgeEngine } from './rules/engine.ts';
import { judgeGpu } from './rules/gpu.ts';
import { judgeMpi } from './rules/mpi.ts';
import { tallyOf } from './tally.ts';
import type { Outcome } from './verdict.ts';

/** By class of a snapshot's images, the tally of all dimensions of `judgeMachine` but time and locality, which no image changes. */
export type MachineTallies = (
  classes: MachineClasses,
  resource: ComputeResource,
  question: Pick<Question, 'cpus' | 'memory'>,
  pace: Pace,
) => Promise<Uint8Array>;

/** A verdict for each value of an aspect, as a tally. */
type Column = Uint8Array;

/** Bytes of all kept columns together. */
const KEPT = 33_554_432;
/** Bytes that a column takes beside its values. */
const OVERHEAD = 256;

/** A function that gives the tallies of classes at a resource. Rests where `pace` is due. */
export function createMachineTallies(known: Known): MachineTallies {
  const kept = new LRUCache<string, Column>({
    maxSize: KEPT,
    sizeCalculation: (column, key) => column.length + 2 * key.length + OVERHEAD,
  });

  async function columnOf<Part>(
    { values }: Aspect<Part>,
    judge: (part: Part) => Pick<Outcome, 'verdict'>,
    pace: Pace,
  ): Promise<Column> {
    const column = new Uint8Array(values.length);
    let number = 0;
    await paced(values, pace, (part) => {
      column[number] = tallyOf([judge(part)]);
      number += 1;
    });
    return column;
  }

  /** As {@link columnOf}; `machine`: all that the rule reads of the resource. */
  async function keptColumn<Part>(
    name: string,
    machine: unknown,
    aspect: Aspect<Part>,
    judge: (part: Part) => Pick<Outcome, 'verdict'>,
    pace: Pace,
  ): Promise<Column> {
    const key = JSON.stringify([serialOf(aspect), name, machine]);
    const before = kept.get(key);
    if (before !== undefined) return before;
    const made = await columnOf(aspect, judge, pace);
    kept.set(key, made);
    return made;
  }

  /** The dimensions that a node type decides. */
  async function nodeColumns(
    { aspects }: MachineClasses,
    { architecture, microarchitecture, features, gpus, cores, memory }: NodeType,
    question: Pick<Question, 'cpus' | 'memory'>,
    pace: Pace,
  ): Promise<readonly Indexed[]> {
    const processor = { architecture, microarchitecture, features };
    return [
      indexed(
        aspects.architecture,
        await keptColumn(
          'architecture',
          processor,
          aspects.architecture,
          (needs) => judgeArchitecture(needs, processor, known.microarchitectures),
          pace,
        ),
      ),
      indexed(
        aspects.gpu,
        await keptColumn('gpu', gpus, aspects.gpu, (needs) => judgeGpu(needs, { gpus }), pace),
      ),
      indexed(
        aspects.cpus,
        await columnOf(aspects.cpus, (needs) => judgeCpus(needs, question, { cores }), pace),
      ),
      indexed(
        aspects.memory,
        await columnOf(aspects.memory, (needs) => judgeMemory(needs, question, { memory }), pace),
      ),
    ];
  }

  return async (classes, resource, question, pace) => {
    const { aspects } = classes;
    const { engines, subuids, scheduler, name, mpi } = resource;
    const resourceColumns = [
      indexed(
        aspects.engine,
        await keptColumn(
          'engine',
          [engines, subuids, scheduler],
          aspects.engine,
          (needs) => judgeEngine(needs, { engines, subuids, scheduler, name }).outcome,
          pace,
        ),
      ),
      indexed(
        aspects.mpi,
        await keptColumn('mpi', mpi, aspects.mpi, (needs) => judgeMpi(needs, { mpi }), pace),
      ),
    ];
    const size = classes.needs.length;
    const best = new Uint8Array(size).fill(255);
    for (const node of resource.nodes) {
      const tallies = await sumOf(size, await nodeColumns(classes, node, question, pace), pace);
      // The fewest no, then the fewest unknown: the order of tallies is that of `judgeMachine`.
      for (let index = 0; index < size; index += 1) {
        const tally = tallies[index] as number;
        if (tally < (best[index] as number)) best[index] = tally;
      }
    }
    return sumOf(size, resourceColumns, pace, best);
  };
}

/** A column, and by class the value's number in it. */
interface Indexed {
  readonly of: Uint32Array;
  readonly column: Column;
}

const indexed = ({ of }: Aspect<unknown>, column: Column): Indexed => ({ of, column });

/** By class, the sum of what the columns have for it. */
async function sumOf(
  size: number,
  columns: readonly Indexed[],
  pace: Pace,
  sum = new Uint8Array(size),
): Promise<Uint8Array> {
  await paced(columns, pace, ({ of, column }) => {
    for (let index = 0; index < size; index += 1) {
      sum[index] = (sum[index] as number) + (column[of[index] as number] as number);
    }
  });
  return sum;
}

const serials = new WeakMap<Aspect<unknown>, number>();
let lastSerial = 0;

/** A number of the aspect's own: columns do not keep the snapshots that they are of. */
function serialOf(aspect: Aspect<unknown>): number {
  const known = serials.get(aspect) ?? ++lastSerial;
  serials.set(aspect, known);
  return known;
}
