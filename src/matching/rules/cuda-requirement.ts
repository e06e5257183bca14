// NVIDIA_REQUIRE_CUDA: what an image of NVIDIA's asks of the driver and of the GPU.
import type { NodeGpu } from '../../model/compute.ts';
import { fold } from '../../model/fold.ts';
import { best, type Verdict, whole } from '../verdict.ts';
import { compareDotted, isDotted } from './dotted.ts';

/** `driver>=470`: a name, an operator and what is behind it. */
const CONDITION = /^([^<>=!]+)([<>=!]+)(.+)$/;

/** By how the node's version compares to the one of the condition. */
const OPERATORS: ReadonlyMap<string, (order: number) => boolean> = new Map([
  ['=', (order: number) => order === 0],
  ['!=', (order: number) => order !== 0],
  ['<', (order: number) => order < 0],
  ['<=', (order: number) => order <= 0],
  ['>', (order: number) => order > 0],
  ['>=', (order: number) => order >= 0],
]);

/**
 * Whether a GPU meets a requirement such as `cuda>=12.4 brand=tesla,driver>=470,driver<471`: one of what blanks separate, of which
 * all that commas separate must hold. The source is libnvidia-container, `dsl_evaluate` and `dsl_compare_version` of src/cli/dsl.c
 * and the rules of src/cli/configure.c (https://github.com/NVIDIA/libnvidia-container): `cuda` and `driver` are compared as
 * versions with the six operators, `arch` and `brand` are of the GPU. What federation.yaml does not say (architecture and brand)
 * is unknown, and so is a condition that NVIDIA's program would refuse. NVIDIA_DISABLE_REQUIRE is not read: it is the wish of
 * whoever starts the container. Never throws; an empty requirement is met.
 */
export function judgeRequirement(requirement: string, gpu: NodeGpu): Verdict {
  const ways = requirement.split(' ').filter((way) => way !== '');
  const judged = ways.map((way) => {
    const conditions = way.split(',').filter((condition) => condition !== '');
    return { verdict: whole(conditions.map((condition) => ({ verdict: judgeCondition(condition, gpu) }))) };
  });
  return best(judged)?.verdict ?? 'yes';
}

function judgeCondition(condition: string, gpu: NodeGpu): Verdict {
  const [, name = '', sign = '', wanted = ''] = CONDITION.exec(condition) ?? [];
  const holds = OPERATORS.get(sign);
  const has = fold(name) === 'cuda' ? gpu.cuda : fold(name) === 'driver' ? gpu.driver : null;
  if (holds === undefined || has === null || !isDotted(has) || !isDotted(wanted)) return 'unknown';
  return holds(compareDotted(has, wanted)) ? 'yes' : 'no';
}
