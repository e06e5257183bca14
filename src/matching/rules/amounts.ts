// Whether a node has enough cores and memory, and a job enough time.
import type { NodeType } from '../../model/compute.ts';
import { durationText } from '../../model/duration.ts';
import { sizeText } from '../../model/size.ts';
import type { Needs } from '../needs.ts';
import type { Question } from '../question.ts';
import { no, type Outcome, unknown, yes } from '../verdict.ts';

/** What is counted, and how it is said. */
interface Amount {
  /** Begins the codes. */
  readonly code: string;
  readonly text: (amount: number) => string;
  /** The keys of the label and of federation.yaml that say it. */
  readonly label: string;
  readonly key: string;
}

const CPUS: Amount = {
  code: 'CPUS',
  text: (count) => `${count} ${count === 1 ? 'core' : 'cores'}`,
  label: 'requires.cpus',
  key: 'cores',
};

const MEMORY: Amount = {
  code: 'MEMORY',
  text: (bytes) => `${sizeText(bytes)} of memory`,
  label: 'requires.memory',
  key: 'memory',
};

/** The dimension `cpus`: the cores of one node, as {@link judgeAmount}. */
export const judgeCpus = (
  needs: Pick<Needs, 'cpus'>,
  { cpus }: Pick<Question, 'cpus'>,
  node: Pick<NodeType, 'cores'>,
): Outcome => judgeAmount(CPUS, needs.cpus, cpus, node.cores);

/** The dimension `memory`: that of one node which a job may have, as {@link judgeAmount}. */
export const judgeMemory = (
  needs: Pick<Needs, 'memory'>,
  { memory }: Pick<Question, 'memory'>,
  node: Pick<NodeType, 'memory'>,
): Outcome => judgeAmount(MEMORY, needs.memory, memory, node.memory);

/**
 * The larger of what the image needs and the person asks for must be there; of what nobody said, the larger of both is at least the
 * other one. The rule is the schedulers': a job that asks for more than a node has never starts (`sbatch --cpus-per-task`, `--mem`
 * with `EnforcePartLimits`, https://slurm.schedmd.com/slurm.conf.html).
 */
function judgeAmount(
  amount: Amount,
  needed: number | null,
  asked: number | null,
  has: number | null,
): Outcome {
  const { code, text, label, key } = amount;
  const wanted = needed === null && asked === null ? null : Math.max(needed ?? 0, asked ?? 0);
  const by = (needed ?? -1) >= (asked ?? -1) ? 'The image needs' : 'The job asks for';
  const tell = `State \`${label}\` of the image.`;
  if (wanted === null)
    return unknown(`${code}_NOT_SAID`, `Nobody said how much the image needs: \`${label}\`.`, tell);
  if (has === null)
    return unknown(
      `${code}_OF_NODE_NOT_SAID`,
      `${by} ${text(wanted)}; nobody said what the nodes have.`,
      `State \`${key}\` of the nodes in federation.yaml.`,
    );
  if (wanted > has)
    return no(
      `${code}_TOO_SMALL`,
      `${by} ${text(wanted)}; a node has ${text(has)}.`,
      needed !== null && needed > has ? 'Use larger nodes.' : `Ask for ${text(has)} or less.`,
    );
  if (needed === null)
    return unknown(
      `${code}_OF_IMAGE_NOT_SAID`,
      `The job asks for ${text(wanted)}, which a node has; nobody said how much the image needs.`,
      tell,
    );
  return yes(`${code}_ENOUGH`, `${by} ${text(wanted)}, and a node has ${text(has)}.`);
}

/**
 * The dimension `time`: the seconds that are asked for, within the resource's limit. Not asked: yes, for the scheduler then gives
 * what it gives. The rule is Slurm's `MaxTime` of a partition (https://slurm.schedmd.com/slurm.conf.html).
 */
export function judgeTime({ time }: Question, limit: number | null): Outcome {
  if (time === null) return yes('TIME_NOT_ASKED', 'No time is asked for.');
  const asked = `The job asks for ${durationText(time)}`;
  if (limit === null)
    return unknown(
      'TIME_LIMIT_NOT_SAID',
      `${asked}; nobody said how long a job may take there.`,
      'State `timeLimit` of the resource in federation.yaml.',
    );
  if (time > limit)
    return no(
      'TIME_TOO_LONG',
      `${asked}; a job may take ${durationText(limit)} there.`,
      `Ask for ${durationText(limit)} or less.`,
    );
  return yes('TIME_ENOUGH', `${asked}, and a job may take ${durationText(limit)} there.`);
}
