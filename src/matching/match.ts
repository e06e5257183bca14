// The answer to "which image can process my data, and where": each framework at each compute resource, judged in all dimensions.
import { LRUCache } from 'lru-cache';
import type { BearerToken } from '../data-catalogs/bearer-token.ts';
import type { DataCatalogs, LookedUp } from '../data-catalogs/data-catalogs.ts';
import { type AskContext, createAsk, type QueryResult } from '../discovery/ask.ts';
import type { Answer } from '../discovery/connection.ts';
import type { Cursors } from '../discovery/cursor.ts';
import { type VisibleFramework, visibleFramework } from '../discovery/frameworks.ts';
import { normalizedQuestion, type PageRequest } from '../discovery/question.ts';
import { select } from '../discovery/selection.ts';
import { type RequestScope, type View, visibleValues } from '../discovery/view.ts';
import type { ComputeResource } from '../model/compute.ts';
import { createPace, endingWith, type Pace } from '../model/pace.ts';
import type { Place } from '../model/subject.ts';
import type { Verdict as PolicyVerdict, ResourceAccess } from '../policy/engine.ts';
import { loadMicroarchitectures } from '../vocabulary/microarchitectures.ts';
import { judgeData, type Known } from './candidate.ts';
import { type CandidateImage, describedImage } from './described.ts';
import { classesOf } from './image-classes.ts';
import { standingOf } from './image-standing.ts';
import { createMachineScores } from './machine-scores.ts';
import {
  boundQuestion,
  imagesQuestion,
  type MatchQuestion,
  resolvedQuestion,
  resourcesFor,
} from './match-question.ts';
import { noCandidateNotices } from './no-candidate.ts';
import type { Question } from './question.ts';
import {
  compareCandidates,
  type RankedCandidate,
  type RankedPart,
  type RankedResource,
  rankCandidates,
  rankVersions,
  verdictOf,
} from './rank.ts';
import { judgeLocality } from './rules/locality.ts';
import { scoreOf } from './score.ts';
import type { Verdict } from './verdict.ts';

/** A framework at a compute resource. */
export interface Candidate {
  readonly framework: VisibleFramework;
  readonly resource: ResourceAccess;
  /** The best of its images there. */
  readonly best: CandidateImage;
  readonly cursor: string;
  /** The first ones of its versions, in the order of candidates: the best image of each. */
  versions(first: number): readonly CandidateImage[];
}

export interface MatchConnection extends Answer {
  readonly items: readonly Candidate[];
  readonly totalCount: number;
  /** How many candidates have each verdict. */
  readonly counts: Readonly<Record<Verdict, number>>;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** What is known of the data set of the PID; null: nothing, or there is no PID. */
  readonly dataSet: LookedUp['dataSet'];
  /** What came of looking it up; null: there is no PID. */
  readonly dataCatalog: LookedUp['outcome'] | null;
}

/** A {@link RequestScope} with what the caller gives for a data catalog. */
export interface MatchScope extends RequestScope {
  /** The token for the catalog; null: none. */
  readonly catalogToken: BearerToken | null;
  /** The caller's own token; null: they are not signed in. */
  readonly ownToken: BearerToken | null;
}

export interface MatchingContext extends Omit<AskContext, 'pace'> {
  readonly resources: readonly ComputeResource[];
  readonly dataCatalogs: DataCatalogs;
  readonly cursors: Cursors;
}

export interface Matching {
  /**
   * One page of candidates, in the order of {@link compareCandidates}. Rejects as `Ask` does, with BAD_CHOICE also for a format, a
   * technique, a facility or a resource that is not known, with BAD_CURSOR, and as {@link DataCatalogs} does.
   */
  match(question: MatchQuestion, page: PageRequest, scope: MatchScope): Promise<MatchConnection>;
}

/** The candidates of a question, and what they were ranked by. */
interface Ranked {
  readonly candidates: readonly RankedCandidate[];
  readonly counts: MatchConnection['counts'];
  readonly parts: readonly RankedPart[];
  readonly resources: readonly RankedResource[];
}

/** Candidates of all questions together that are kept. */
const KEPT = 500_000;

/** Matching over the context's catalog and resources. Never throws; its method rejects as {@link Matching} says. */
export function createMatching(context: MatchingContext): Matching {
  const { cursors, vocabulary } = context;
  const shared = createPace();
  const ask = createAsk({ ...context, pace: shared });
  const known: Known = {
    vocabulary,
    // They take 20 ms to read, which a gateway without resources never needs.
    get microarchitectures() {
      return loadMicroarchitectures();
    },
  };
  const scoresOf = createMachineScores(known);
  const kept = new LRUCache<string, Ranked>({
    maxSize: KEPT,
    sizeCalculation: ({ candidates }) => candidates.length + 1,
  });

  async function match(asked: MatchQuestion, page: PageRequest, scope: MatchScope): Promise<MatchConnection> {
    const lookedUp = await lookUp(asked, scope);
    const binding = { principal: scope.caller.principal, question: boundQuestion(asked, lookedUp) };
    const after = page.after === null ? null : cursors.verify(page.after, binding);
    const pace = endingWith(shared, scope.bounds.signal);
    const { question, notices } = resolvedQuestion(asked, lookedUp, context, scope);
    const resources = await resourcesFor(asked, context.resources, scope);
    const result = await ask(imagesQuestion(asked), scope, 'images');
    const views = await viewsOf(resources, result.view, context);
    const ranked = await rank({ asked, question, resources, result, views, pace });
    const { candidates, counts } = ranked;
    const describe = (candidate: RankedCandidate): CandidateImage =>
      describedImage(candidate, { question, resources, views, known });
    const from = after === null ? 0 : firstAfter(candidates, after);
    const shown = candidates.slice(from, from + page.first);
    return {
      ...result.answer,
      notices: [
        ...(lookedUp?.notices ?? []),
        ...notices,
        ...result.answer.notices,
        ...noCandidateNotices({ counts, resources: resources.length, candidates, describe }),
      ],
      items: shown.map((candidate) => ({
        framework: frameworkOf(candidate, result.view),
        resource: resources[candidate.resource] as ResourceAccess,
        best: describe(candidate),
        cursor: cursors.issue(candidate.key, binding),
        versions: (first) =>
          rankVersions(candidate.framework, candidate.resource, ranked.parts, ranked.resources)
            .slice(0, first)
            .map(describe),
      })),
      totalCount: candidates.length,
      counts,
      hasNextPage: from + shown.length < candidates.length,
      hasPreviousPage: after !== null,
      dataSet: lookedUp?.dataSet ?? null,
      dataCatalog: lookedUp?.outcome ?? null,
    };
  }

  /** Of the PID, for this caller and this request alone; null: there is none. */
  async function lookUp({ data }: MatchQuestion, scope: MatchScope): Promise<LookedUp | null> {
    if (data.pid === null) return null;
    return context.dataCatalogs.lookUp(data.pid, {
      principal: scope.caller.principal,
      token: scope.catalogToken,
      own: scope.ownToken,
      signal: scope.bounds.signal,
    });
  }

  interface Ranking {
    readonly asked: MatchQuestion;
    readonly question: Question;
    readonly resources: readonly ResourceAccess[];
    readonly result: QueryResult;
    readonly views: readonly View[];
    readonly pace: Pace;
  }

  /** As {@link rankNow}, kept as long as nothing changes that it follows from. */
  async function rank(ranking: Ranking): Promise<Ranked> {
    const { asked, question, resources, result, views } = ranking;
    // Neither the size nor the folder of the data changes an order: they are not kept.
    const { size: _, path: __, ...deciding } = question;
    const key = JSON.stringify([
      deciding,
      normalizedQuestion(imagesQuestion(asked), null),
      resources.map(({ resource, use }) => [resource.id, use]),
      [result.view, ...views].map(({ verdict }) => serialOf(verdict)),
      context.contents.revision,
      result.matches.nothing,
    ]);
    const before = kept.get(key);
    if (before !== undefined) return before;
    const ranked = await rankNow(ranking);
    kept.set(key, ranked);
    return ranked;
  }

  async function rankNow({ question, resources, result, views, pace }: Ranking): Promise<Ranked> {
    const parts: RankedPart[] = [];
    for (const selected of select(result.matches)) {
      const { snapshotIndex } = selected.part;
      // Others may wait for them, too: they do not end with this request.
      const [classes, standing] = [
        await classesOf(snapshotIndex, shared),
        await standingOf(snapshotIndex, shared),
      ];
      const dataScores = classes.data.needs.map((needs) => scoreOf(judgeData(needs, question, known)));
      parts.push({ selected, classes, standing, dataScores });
    }
    const rankedResources: RankedResource[] = [];
    for (const [index, { resource, use }] of resources.entries()) {
      const machineScores: Uint8Array[] = [];
      for (const { classes } of parts) {
        machineScores.push(await scoresOf(classes.machine, resource, question, pace));
      }
      rankedResources.push({
        ...{ id: resource.id, use, allowsUnverified: resource.allowsUnverified, machineScores },
        isLocal: judgeLocality(question, resource).verdict === 'yes',
        execute: (views[index] as View).parts.map(({ execute }) => execute),
      });
    }
    const frameworks = visibleValues(result.view, 'frameworks').keys();
    const candidates = await rankCandidates(frameworks, parts, rankedResources, pace);
    return { candidates, counts: countsOf(candidates), parts, resources: rankedResources };
  }

  return { match };
}

/** By resource, the view at its place: that of its facility, where the stricter of both allows unverified images. */
async function viewsOf(
  resources: readonly ResourceAccess[],
  view: View,
  { places }: MatchingContext,
): Promise<readonly View[]> {
  const made = new Map<string, Promise<View>>();
  return Promise.all(
    resources.map(({ resource: { facility, allowsUnverified } }) => {
      const place: Place = { ...places.place(facility), allowsUnverified };
      const key = JSON.stringify(place);
      const there = made.get(key) ?? view.at(place);
      made.set(key, there);
      return there;
    }),
  );
}

const serials = new WeakMap<PolicyVerdict, number>();
let lastSerial = 0;

/** A number of the verdict's own: it is the same object while nothing changes. */
function serialOf(verdict: PolicyVerdict): number {
  const known = serials.get(verdict) ?? ++lastSerial;
  serials.set(verdict, known);
  return known;
}

function countsOf(candidates: readonly RankedCandidate[]): Record<Verdict, number> {
  const counts: Record<Verdict, number> = { yes: 0, unknown: 0, no: 0 };
  for (const { score } of candidates) counts[verdictOf(score)] += 1;
  return counts;
}

/** The position of the first candidate behind the key. */
function firstAfter(candidates: readonly RankedCandidate[], after: RankedCandidate['key']): number {
  let low = 0;
  let high = candidates.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareCandidates((candidates[middle] as RankedCandidate).key, after) > 0) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The framework of a candidate is in an image that was selected, so that the caller may know of it. */
function frameworkOf({ framework }: RankedCandidate, view: View): VisibleFramework {
  const found = visibleFramework(view, framework);
  if (found === null) throw new RangeError('the framework of a candidate is not visible');
  return found;
}
