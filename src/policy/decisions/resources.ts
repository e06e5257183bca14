// Which compute resources a person may see, and which they may use: the federation's module is asked for each, and one that it
// cannot judge is not there.
import { LRUCache } from 'lru-cache';
import type { MonotonicClock } from '../../model/clock.ts';
import type { ComputeResource } from '../../model/compute.ts';
import { madeOnce } from '../../model/made-once.ts';
import type { Subject } from '../../model/subject.ts';
import { RESOURCE_ENTRYPOINT } from '../bundle/manifest.ts';
import type { ResourceAccess, VisibleResource } from '../engine.ts';
import { evaluate } from '../wasm/evaluator.ts';
import type { PolicyModule } from '../wasm/module.ts';
import type { WorkerPool } from '../wasm/pool.ts';
import { DECISION_BOUNDS, parseResourceDecision } from './answer.ts';
import type { FailureLog, PolicyCounters } from './failures.ts';
import { subjectInput } from './input.ts';
import { wellFormedJson } from './projection.ts';
import { describeReason, NOT_ALLOWED_THERE } from './reasons.ts';

export interface ResourceJudgeOptions {
  readonly pool: WorkerPool;
  readonly counters: PolicyCounters;
  readonly failures: Pick<FailureLog, 'add'>;
  /** Facilities by id, as people call them. */
  readonly names: ReadonlyMap<string, string>;
  readonly clock: MonotonicClock;
}

/** Subjects of which the resources are kept. */
const SUBJECTS = 256;
/** Milliseconds for which a resource that the module failed for stays hidden before it is judged again. */
const FAILURE_KEPT = 60_000;

interface Judged {
  readonly visible: readonly ResourceAccess[];
  /** Milliseconds of the monotonic clock at which they are judged again; null: the module failed for none. */
  readonly retryAt: number | null;
}

/** Judges compute resources by one federation's module. */
export class ResourceJudge {
  readonly #module: PolicyModule | null;
  readonly #options: ResourceJudgeOptions;
  /** By the resources that were asked for, which are the configuration's and stay. */
  readonly #kept = new WeakMap<readonly ComputeResource[], LRUCache<string, Promise<Judged>>>();

  /** null: the module did not load, and nothing is visible; nor is it by a module without that entry point. */
  constructor(module: PolicyModule | null, options: ResourceJudgeOptions) {
    this.#module = module?.more.includes(RESOURCE_ENTRYPOINT) === true ? module : null;
    this.#options = options;
  }

  /**
   * Those of the resources that the subject may see, in their order. One that the module fails for is hidden, and judged again after
   * 60 s. Rejects as {@link evaluate} does: with NOT_READY if too many wait, or INTERNAL if a worker does not start.
   */
  async judge(resources: readonly ComputeResource[], subject: Subject): Promise<readonly ResourceAccess[]> {
    const module = this.#module;
    if (module === null || resources.length === 0) return [];
    const kept = this.#kept.get(resources) ?? new LRUCache({ max: SUBJECTS });
    this.#kept.set(resources, kept);
    const key = wellFormedJson(subjectInput(subject));
    const judge = (): Promise<Judged> => madeOnce(kept, key, () => this.#ask(module, resources, key));
    const before = judge();
    const { visible, retryAt } = await before;
    if (retryAt === null || this.#options.clock.monotonic() < retryAt) return visible;
    if (kept.peek(key) === before) kept.delete(key);
    return (await judge()).visible;
  }

  async #ask(module: PolicyModule, resources: readonly ComputeResource[], subject: string): Promise<Judged> {
    const { pool, counters, failures, clock, names } = this.#options;
    const begun = clock.monotonic();
    const answers = await evaluate(pool, {
      module: module.compiled,
      entrypoint: RESOURCE_ENTRYPOINT,
      before: `{"subject":${subject},"resource":`,
      inputs: resources.map((resource) => wellFormedJson(resourceInput(resource))),
      after: '}',
      maximum: DECISION_BOUNDS.json,
    });
    counters.evaluated(module.owner, resources.length, clock.monotonic() - begun);
    const visible: ResourceAccess[] = [];
    let retryAt: number | null = null;
    for (const [index, resource] of resources.entries()) {
      const answer = answers[index] ?? '';
      const judged = typeof answer === 'string' ? parseResourceDecision(answer) : null;
      if (judged === null) {
        const failure =
          typeof answer === 'string'
            ? {
                failure: 'malformed' as const,
                detail: `not a decision on a resource: ${answer.slice(0, 256)}`,
              }
            : answer;
        failures.add(module.owner, module.revision, [failure]);
        retryAt = clock.monotonic() + FAILURE_KEPT;
        continue;
      }
      if (!judged.visible) continue;
      const reasons = judged.reasons.map(({ code, params }) =>
        describeReason(module.owner, code, 'execute', module.reasons, params, names),
      );
      visible.push({
        // The one place where a resource becomes visible.
        resource: resource as VisibleResource,
        use: judged.use,
        reasons: judged.use ? [] : reasons.length > 0 ? reasons : [NOT_ALLOWED_THERE],
      });
    }
    return { visible: Object.freeze(visible), retryAt };
  }
}

/** `input.resource`: what decides who may see and use it. */
export function resourceInput(resource: ComputeResource) {
  const { facility, id, scheduler, partition, visible, use, allowsUnverified } = resource;
  return { facility, id, scheduler, partition, visible, use, allowsUnverified };
}
