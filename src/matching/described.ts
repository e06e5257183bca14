// An image of a candidate, revealed, with what is found of it in each dimension.
import { reveal, type View, type VisibleItem } from '../discovery/view.ts';
import type { JobEngine } from '../model/compute.ts';
import type { ResourceAccess } from '../policy/engine.ts';
import { judge, type Known, sortedFindings } from './candidate.ts';
import { needsOf } from './needs.ts';
import { versionOf } from './newest-version.ts';
import { permissionOf } from './permission.ts';
import type { Question } from './question.ts';
import type { RankedCandidate } from './rank.ts';
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
}

export interface Describing {
  readonly question: Question;
  readonly resources: readonly ResourceAccess[];
  readonly views: readonly View[];
  readonly known: Known;
}

/** A candidate's best image with all its findings. */
export function describedImage(
  { framework, resource: index, part, document }: RankedCandidate,
  { question, resources, views, known }: Describing,
): CandidateImage {
  const access = resources[index] as ResourceAccess;
  const view = views[index] as View;
  const at = view.parts[part];
  const visible = at === undefined ? null : reveal(view, at, document);
  if (visible === null) throw new RangeError('an image of a candidate is not visible');
  const needs = needsOf(visible.image);
  const judged = judge(needs, access.resource, question, known);
  const findings = sortedFindings([
    ...judged.findings,
    ...permissionOf(visible.image, view.verdict.access(visible.image), access),
  ]);
  return {
    ...{ visible, findings, engines: judged.engines },
    version: versionOf(visible.image, framework),
    verdict: whole(findings),
  };
}
