// The answer to "which image can process my data, and where": each framework at each compute resource, judged in all dimensions.
import type { BearerToken } from '../data-catalogs/bearer-token.ts';
import type { DataCatalogs, LookedUp } from '../data-catalogs/data-catalogs.ts';
import { type AskContext, createAsk } from '../discovery/ask.ts';
import type { Answer } from '../discovery/connection.ts';
import type { Cursors } from '../discovery/cursor.ts';
import { type VisibleFramework, visibleFramework } from '../discovery/frameworks.ts';
import { normalizedQuestion, type PageRequest } from '../discovery/question.ts';
import type { RequestScope, View } from '../discovery/view.ts';
import type { ComputeResource } from '../model/compute.ts';
import { createPace, endingWith, paced } from '../model/pace.ts';
import type { Place } from '../model/subject.ts';
import type { ResourceAccess } from '../policy/engine.ts';
import { loadMicroarchitectures } from '../vocabulary/microarchitectures.ts';
import type { Known } from './candidate.ts';
import { type CandidateImage, createDescribe } from './described.ts';
import {
  boundQuestion,
  imagesQuestion,
  type MatchQuestion,
  resolvedQuestion,
  resourcesFor,
} from './match-question.ts';
import { LOOKED_AT, noCandidateNotices } from './no-candidate.ts';
import { ofOneImage } from './one-image.ts';
import type { RankedCandidate } from './rank.ts';
import { rankVersions } from './rank-versions.ts';
import { createRankings } from './rankings.ts';
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
   * One page of candidates, in the order that candidate-order.ts says. Rejects as `Ask` does, with BAD_CHOICE also for a format, a
   * technique, a facility or a resource that is not known, with BAD_CURSOR, and as {@link DataCatalogs} does.
   */
  match(question: MatchQuestion, page: PageRequest, scope: MatchScope): Promise<MatchConnection>;
}

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
  const rank = createRankings(known, shared);

  async function match(asked: MatchQuestion, page: PageRequest, scope: MatchScope): Promise<MatchConnection> {
    const lookedUp = await lookUp(asked, scope);
    const binding = { principal: scope.caller.principal, question: boundQuestion(asked, lookedUp) };
    const after = page.after === null ? null : cursors.verify(page.after, binding);
    const pace = endingWith(shared, scope.bounds.signal);
    const { question, notices } = resolvedQuestion(asked, lookedUp, context, scope);
    const resources = await resourcesFor(asked, context.resources, scope);
    const all = await ask(imagesQuestion(asked), scope, 'images');
    const result = asked.image === null ? all : ofOneImage(all, asked.image);
    const views = await viewsOf(resources, result.view, context);
    const choices = JSON.stringify([
      normalizedQuestion(imagesQuestion(asked), null),
      asked.image,
      context.contents.revision,
    ]);
    const { ranking, ranked } = await rank({ question, choices, resources, result, views }, pace);
    const { counts, totalCount } = ranking;
    const describe = createDescribe({ question, resources, views, parts: ranked.parts, known });
    const { candidates, left } = await ranking.page(after, page.first, pace);
    const items: Candidate[] = [];
    await paced(candidates, pace, (candidate) => {
      items.push({
        framework: frameworkOf(candidate, result.view),
        resource: resources[candidate.resource] as ResourceAccess,
        best: describe(candidate),
        cursor: cursors.issue(candidate.key, binding),
        versions: (first) => rankVersions(candidate, ranked, first).map(describe),
      });
    });
    const { candidates: best } =
      counts.yes + counts.unknown > 0 ? { candidates: [] } : await ranking.page(null, LOOKED_AT, pace);
    return {
      ...result.answer,
      notices: [
        ...(lookedUp?.notices ?? []),
        ...notices,
        ...result.answer.notices,
        ...(await noCandidateNotices(
          {
            ...{ counts, candidates: best, describe },
            ...{ resources: resources.length, isOneImage: asked.image !== null },
          },
          pace,
        )),
      ],
      items,
      totalCount,
      counts,
      hasNextPage: left > candidates.length,
      hasPreviousPage: after !== null,
      dataSet: lookedUp?.dataSet ?? null,
      dataCatalog: lookedUp?.outcome ?? null,
    };
  }

  /** What the PID leads to, for this caller and this request alone; null: none is given. */
  async function lookUp({ data }: MatchQuestion, scope: MatchScope): Promise<LookedUp | null> {
    if (data.pid === null) return null;
    return context.dataCatalogs.lookUp(data.pid, {
      principal: scope.caller.principal,
      token: scope.catalogToken,
      own: scope.ownToken,
      signal: scope.bounds.signal,
    });
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

/** The framework of a candidate is in an image that was selected, so that the caller may know of it. */
function frameworkOf({ framework }: RankedCandidate, view: View): VisibleFramework {
  const found = visibleFramework(view, framework);
  if (found === null) throw new RangeError('the framework of a candidate is not visible');
  return found;
}
