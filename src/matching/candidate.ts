// An image at a compute resource: the rules of all dimensions that follow from what both are, on the node type that suits best.
import type { ComputeResource, JobEngine, NodeType } from '../model/compute.ts';
import type { Microarchitectures } from '../vocabulary/microarchitectures.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
import type { Needs } from './needs.ts';
import type { Question } from './question.ts';
import { judgeCpus, judgeMemory, judgeTime } from './rules/amounts.ts';
import { judgeArchitecture } from './rules/architecture.ts';
import { judgeEngine } from './rules/engine.ts';
import { judgeFormat } from './rules/format.ts';
import { judgeGpu } from './rules/gpu.ts';
import { judgeLocality } from './rules/locality.ts';
import { judgeMpi } from './rules/mpi.ts';
import { judgeTechnique } from './rules/technique.ts';
import { DIMENSIONS, type Dimension, type Finding, type Outcome, type Verdict } from './verdict.ts';

/** What names mean. */
export interface Known {
  readonly vocabulary: Vocabulary;
  readonly microarchitectures: Microarchitectures;
}

/** What is found of an image at a resource. */
export interface Judged {
  /** In the order of {@link DIMENSIONS}. */
  readonly findings: readonly Finding[];
  /** Whose node the job would run on: a position in the resource's `nodes`. */
  readonly node: number;
  /** The engines that a job may be written for. */
  readonly engines: readonly JobEngine[];
}

/** The findings of all dimensions but license, policy and trust: {@link judgeData} and {@link judgeMachine} together. Throws as that does. */
export function judge(needs: Needs, resource: ComputeResource, question: Question, known: Known): Judged {
  const machine = judgeMachine(needs, resource, question, known);
  return {
    ...machine,
    findings: sortedFindings([...judgeData(needs, question, known), ...machine.findings]),
  };
}

/** The findings in the order of {@link DIMENSIONS}. */
export const sortedFindings = (findings: readonly Finding[]): readonly Finding[] =>
  findings.toSorted((a, b) => DIMENSIONS.indexOf(a.dimension) - DIMENSIONS.indexOf(b.dimension));

/** The findings of the format and the technique that the data have, whatever the resource. */
export function judgeData(needs: Needs, question: Question, { vocabulary }: Known): readonly Finding[] {
  return inOrder({
    format: judgeFormat(needs, question, vocabulary),
    technique: judgeTechnique(needs, question, vocabulary),
  });
}

/**
 * The findings of an image at a resource, but for the data. Those of nodes are all of one node type, the best: with the fewest no, then the
 * fewest unknown, then the first. Throws a RangeError for a resource without nodes.
 */
export function judgeMachine(
  needs: Needs,
  resource: ComputeResource,
  question: Question,
  known: Known,
): Judged {
  const { outcome: engine, engines } = judgeEngine(needs, resource);
  const nodes = resource.nodes.map((node) => judgeNode(needs, node, resource, question, known));
  const [first] = nodes;
  if (first === undefined) throw new RangeError(`${resource.id} has no nodes`);
  const chosen = nodes.reduce((best, one) => (isBetter(one, best) ? one : best), first);
  const findings = inOrder({
    ...{ time: judgeTime(question, resource.timeLimit), engine },
    ...{ mpi: judgeMpi(needs, resource), locality: judgeLocality(question, resource) },
    ...chosen,
  });
  return { findings, node: nodes.indexOf(chosen), engines };
}

type Outcomes = { readonly [D in Dimension]?: Outcome };

/** The findings, in the order of {@link DIMENSIONS}. */
function inOrder(outcomes: Outcomes): readonly Finding[] {
  return DIMENSIONS.flatMap((dimension) => {
    const outcome = outcomes[dimension];
    return outcome === undefined ? [] : [{ dimension, ...outcome }];
  });
}

const judgeNode = (
  needs: Needs,
  node: NodeType,
  resource: ComputeResource,
  question: Question,
  known: Known,
): Outcomes => ({
  architecture: judgeArchitecture(needs, node, known.microarchitectures),
  cpus: judgeCpus(needs, question, node),
  memory: judgeMemory(needs, question, node),
  gpu: judgeGpu(needs, node, resource),
});

function isBetter(one: Outcomes, other: Outcomes): boolean {
  const order = count(one, 'no') - count(other, 'no') || count(one, 'unknown') - count(other, 'unknown');
  return order < 0;
}

const count = (outcomes: Outcomes, verdict: Verdict): number =>
  Object.values(outcomes).filter((outcome) => outcome.verdict === verdict).length;
