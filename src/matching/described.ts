// An image of a candidate, revealed, with what is found of it in each dimension.
import { reveal, type View, type VisibleItem } from '../discovery/view.ts';
import type { JobEngine, NodeType } from '../model/compute.ts';
import type { ResourceAccess } from '../policy/engine.ts';
import { type Judged, judge, type Known, sortedFindings } from './candidate.ts';
import { type Job, jobOf } from './jobs/job.ts';
import type { JobRequest, NoJob } from './jobs/plan.ts';
import type { Needs } from './needs.ts';
import { versionOf } from './newest-version.ts';
import { permissionOf } from './permission.ts';
import type { Question } from './question.ts';
import type { RankedCandidate } from './rank.ts';
import type { RankedPart } from './representatives.ts';
import { type Finding, type Verdict, whole } from './verdict.ts';

/** An image at a resource, for a framework in it. */
export interface CandidateImage {
  /** As the lab writes it; null: nobody said. */
  readonly version: string | null;
  readonly visible: VisibleItem;
  readonly verdict: Verdict;
  /** In the order of the dimensions. */
  readonly findings: readonly Finding[];
  /** The engines that a job may be written for. */
  readonly engines: readonly JobEngine[];
  /** The job that runs it there, or why there is none. */
  job(request: JobRequest): Job | NoJob;
}

export interface Describing {
  readonly question: Question;
  readonly resources: readonly ResourceAccess[];
  readonly views: readonly View[];
  readonly parts: readonly RankedPart[];
  readonly known: Known;
}

/**
 * A function that describes the images of candidates, with all their findings. What rules find of one class of images at a resource is
 * found once, although it may be that of all versions of a framework.
 */
export function createDescribe(describing: Describing): (candidate: RankedCandidate) => CandidateImage {
  const { question, resources, views, parts, known } = describing;
  const judged = new Map<string, Judged>();

  function judgedOf({ part, document, resource }: RankedCandidate, access: ResourceAccess): Judged {
    const { machine, data } = (parts[part] as RankedPart).classes;
    const [own, ofData] = [machine.of[document] as number, data.of[document] as number];
    const key = `${resource} ${part} ${own} ${ofData}`;
    const before = judged.get(key);
    if (before !== undefined) return before;
    const { reads, techniques } = data.needs[ofData] as Needs;
    const needs = { ...(machine.needs[own] as Needs), reads, techniques };
    const made = judge(needs, access.resource, question, known);
    judged.set(key, made);
    return made;
  }

  return (candidate) => {
    const access = resources[candidate.resource] as ResourceAccess;
    const view = views[candidate.resource] as View;
    const at = view.parts[candidate.part];
    const visible = at === undefined ? null : reveal(view, at, candidate.document);
    if (visible === null) throw new RangeError('an image of a candidate is not visible');
    const { findings: own, engines, node } = judgedOf(candidate, access);
    const allowed = view.verdict.access(visible.image);
    const findings = sortedFindings([...own, ...permissionOf(visible.image, allowed, access)]);
    const { framework } = candidate;
    return {
      ...{ visible, findings, engines, verdict: whole(findings) },
      version: versionOf(visible.image, framework),
      job: (request) =>
        jobOf(
          {
            ...{ image: visible.image, framework, question, findings, engines, resource: access.resource },
            node: access.resource.nodes[node] as NodeType,
            mayRun: allowed.execute && access.use,
          },
          request,
        ),
    };
  };
}
