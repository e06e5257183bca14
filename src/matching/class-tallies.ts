// The tallies of classes of images, by the rules of data and by those of machines: each rule judges once what many classes have in
// common.
import type { ComputeResource, NodeType } from '../model/compute.ts';
import { inTurns, type Pace } from '../model/pace.ts';
import type { Known } from './candidate.ts';
import type { DataClasses, MachineClasses } from './image-classes.ts';
import type { Question } from './question.ts';
import { judgeCpus, judgeMemory } from './rules/amounts.ts';
import { judgeArchitecture } from './rules/architecture.ts';
import { judgeEngine } from './rules/engine.ts';
import { judgeFormat } from './rules/format.ts';
import { judgeGpu } from './rules/gpu.ts';
import { judgeMpi } from './rules/mpi.ts';
import { judgeTechnique } from './rules/technique.ts';
import { TallyColumns } from './tally-columns.ts';

/** Give by class the tally; they rest where `pace` is due. */
export interface ClassTallies {
  /** That of `judgeData`. */
  data(classes: DataClasses, question: Question, pace: Pace): Promise<Uint8Array>;
  /** That of `judgeMachine`, but for time and locality, which no image changes. */
  machine(
    classes: MachineClasses,
    resource: ComputeResource,
    question: Question,
    pace: Pace,
  ): Promise<Uint8Array>;
}

/** The tallies of classes, where `known` says what names mean. */
export function createClassTallies(known: Known): ClassTallies {
  const columns = new TallyColumns();

  async function data({ needs, aspects }: DataClasses, question: Question, pace: Pace): Promise<Uint8Array> {
    const { vocabulary } = known;
    const sum = new Uint8Array(needs.length);
    const { formats, techniques } = question;
    await columns.add(
      sum,
      aspects.format,
      JSON.stringify(formats),
      (part) => judgeFormat(part, question, vocabulary),
      pace,
    );
    await columns.add(
      sum,
      aspects.technique,
      JSON.stringify(techniques),
      (part) => judgeTechnique(part, question, vocabulary),
      pace,
    );
    return sum;
  }

  /** Those of the dimensions that a node decides, of which the processor and the GPUs are the same for all questions. */
  async function ofNode(
    { needs, aspects }: MachineClasses,
    { node, processor, gpus }: KeyedNode,
    resource: ComputeResource,
    question: Question,
    pace: Pace,
  ): Promise<Uint8Array> {
    const { cores, memory } = node;
    const always = await columns.of(aspects, `node ${processor} ${gpus}`, async () => {
      const sum = new Uint8Array(needs.length);
      await columns.add(
        sum,
        aspects.architecture,
        processor,
        (part) => judgeArchitecture(part, node, known.microarchitectures),
        pace,
      );
      await columns.add(sum, aspects.gpu, gpus, (part) => judgeGpu(part, node, resource), pace);
      return sum;
    });
    const sum = always.slice();
    await columns.add(
      sum,
      aspects.cpus,
      `${cores} ${question.cpus}`,
      (part) => judgeCpus(part, question, node),
      pace,
    );
    await columns.add(
      sum,
      aspects.memory,
      `${memory} ${question.memory}`,
      (part) => judgeMemory(part, question, node),
      pace,
    );
    return sum;
  }

  async function machine(
    classes: MachineClasses,
    resource: ComputeResource,
    question: Question,
    pace: Pace,
  ): Promise<Uint8Array> {
    const { aspects } = classes;
    const { engine, mpi, nodes } = keyedOf(resource);
    const best = new Uint8Array(classes.needs.length).fill(255);
    for (const node of nodes) {
      const tallies = await ofNode(classes, node, resource, question, pace);
      // The best node has the fewest no, then the fewest unknown, as in `judgeMachine`: that is the order of tallies.
      await inTurns(best.length, pace, (start, end) => {
        for (let index = start; index < end; index += 1) {
          if ((tallies[index] as number) < (best[index] as number)) best[index] = tallies[index] as number;
        }
      });
    }
    await columns.add(best, aspects.engine, engine, (part) => judgeEngine(part, resource).outcome, pace);
    await columns.add(best, aspects.mpi, mpi, (part) => judgeMpi(part, resource), pace);
    return best;
  }

  return {
    data,
    machine: (classes, resource, question, pace) =>
      columns.of(classes.aspects, `all ${keyedOf(resource).whole} ${question.cpus} ${question.memory}`, () =>
        machine(classes, resource, question, pace),
      ),
  };
}

/** A resource with short texts, each for all that a rule reads of it. */
interface Keyed {
  readonly engine: string;
  readonly mpi: string;
  readonly nodes: readonly KeyedNode[];
  /** For all of these together. */
  readonly whole: string;
}

interface KeyedNode {
  readonly node: NodeType;
  readonly processor: string;
  readonly gpus: string;
}

const keyed = new WeakMap<ComputeResource, Keyed>();

function keyedOf(resource: ComputeResource): Keyed {
  const before = keyed.get(resource);
  if (before !== undefined) return before;
  const { engines, subuids, scheduler, mpi, nodes } = resource;
  const made = {
    engine: shortOf([engines, subuids, scheduler]),
    mpi: shortOf(mpi),
    nodes: nodes.map((node) => ({
      node,
      processor: shortOf([node.architecture, node.microarchitecture, node.features]),
      gpus: shortOf([node.gpus, node.glibc, engines, subuids, scheduler]),
    })),
    whole: shortOf([engines, subuids, scheduler, mpi, nodes]),
  };
  keyed.set(resource, made);
  return made;
}

/** As many as federation.yaml has. */
const shorts = new Map<string, string>();

/** A short text of the value's own. */
function shortOf(value: unknown): string {
  const text = JSON.stringify(value);
  const known = shorts.get(text) ?? String(shorts.size);
  shorts.set(text, known);
  return known;
}
