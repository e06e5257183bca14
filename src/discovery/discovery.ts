// The steps of one question: choices → view (catalog and policy) → matches → order → page. Nothing here depends on
// GraphQL.

import type { Contents } from '../catalog/contents/contents.ts';
import type { Limits } from '../config/limits.ts';
import type { WallClock } from '../model/clock.ts';
import type { Access } from '../model/decision.ts';
import { createPace, endingWith } from '../model/pace.ts';
import type { Caller } from '../model/subject.ts';
import type { TagHistory } from '../store/store.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
import { createAsk, type QueryResult } from './ask.ts';
import { compareImages, type ImageComparison } from './compare.ts';
import { type Answer, connect, type ImageConnection } from './connection.ts';
import type { CursorBinding, Cursors, SortKey } from './cursor.ts';
import {
  compareFrameworkKeys,
  rankFrameworks,
  recordsOf,
  type VisibleFramework,
  visibleFramework,
} from './frameworks.ts';
import { createHistory, type History } from './history.ts';
import { type ComponentPage, type ComponentPageRequest, componentsOf } from './image-components.ts';
import { couldHold, findImage, requireSnapshots, type Wanted } from './lookup.ts';
import { isComplete, outcomesOf } from './outcomes.ts';
import type { Places } from './places.ts';
import { EVERYTHING, normalizedQuestion, type PageRequest, type Question } from './question.ts';
import { nearTechniques } from './resolve.ts';
import { type Matches, selectedBits } from './selection.ts';
import { sensesOf, type TechniqueSenses } from './technique-senses.ts';
import { badPlace } from './unknown.ts';
import { createView, type RequestScope, type ViewSources, type VisibleItem, viewOf } from './view.ts';

export interface DiscoveryContext extends ViewSources {
  readonly places: Places;
  readonly vocabulary: Vocabulary;
  readonly cursors: Cursors;
  readonly limits: Limits;
  readonly clock: WallClock;
  /** What is inside images. */
  readonly contents: Contents;
  /** Where tags pointed; null: it is not kept. */
  readonly history: TagHistory | null;
  /** Seconds for which an image has a notice that one of its tags moved. */
  readonly movedWithin: number;
}

export interface FrameworkItem {
  readonly framework: VisibleFramework;
  readonly imageCount: number;
  readonly cursor: string;
  /** The framework's images within the question's choices. Throws BAD_CURSOR. */
  images(page: PageRequest): ImageConnection;
}

export interface FrameworkConnection extends Answer {
  readonly items: readonly FrameworkItem[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly totalCount: number;
}

/**
 * Answers questions. All methods reject with FederationErrors: BAD_CHOICE, AMBIGUOUS_TERM, BAD_CURSOR, POLICY_FAILED,
 * SOURCE_UNAVAILABLE, NOT_READY, or INTERNAL if a worker of the policies does not start; and with the signal's reason
 * once the request has ended.
 */
export interface Discovery {
  /** One page of the images that the question selects and the caller may discover. */
  images(question: Question, page: PageRequest, scope: RequestScope): Promise<ImageConnection>;
  /** One page of the frameworks that such images name, the best match of the search first. */
  frameworks(question: Question, page: PageRequest, scope: RequestScope): Promise<FrameworkConnection>;
  /**
   * The first image of this id, digest or reference in federation.yaml's order; null: no image that the caller may
   * discover has this name. Rejects with SOURCE_UNAVAILABLE where a registry that could hold it cannot be asked.
   */
  image(wanted: Wanted, scope: RequestScope): Promise<VisibleItem | null>;
  /** Every sense of a term, or the technique of an id, with names near a term that has none. */
  techniques(term: string, scope: RequestScope): Promise<TechniqueSenses>;
  /** The framework with this name in any case; null: no image that the caller may discover names it. */
  framework(name: string, scope: RequestScope): Promise<VisibleFramework | null>;
  /** All images of a framework that the caller may discover. */
  imagesOf(framework: VisibleFramework, page: PageRequest): Promise<ImageConnection>;
  /**
   * What the caller may do with an image at a facility, which `at` names by id or name; null: at no place. Rejects with
   * BAD_CHOICE for an unknown facility.
   */
  access(visible: VisibleItem, at: string | null): Promise<Access>;
  /** A page of what is inside an image; null: the caller may not pull it. */
  components(visible: VisibleItem, request: ComponentPageRequest): Promise<ComponentPage | null>;
  /**
   * The comparison of the images with these ids, with at most `shown` of each list; null: the caller may discover neither.
   * Rejects with SOURCE_UNAVAILABLE where a registry that could hold one of them cannot be asked.
   */
  compare(a: string, b: string, shown: number, scope: RequestScope): Promise<ImageComparison | null>;
  /** Where tags pointed. */
  readonly history: History;
}

/**
 * Discovery over the context's catalog; one pace is shared by all its requests. Asks no registry before its first
 * question. Never throws; its methods reject as {@link Discovery} says.
 */
export function createDiscovery(context: DiscoveryContext): Discovery {
  const { places, vocabulary, cursors, clock } = context;
  // One for all of its questions and for nothing else: which of two failing fields fails first depends on who rests.
  const pace = createPace();
  const ask = createAsk({ ...context, pace });

  function connectResult(
    result: QueryResult,
    framework: VisibleFramework | null,
    first: number,
    after: SortKey | null,
  ): ImageConnection {
    const within = framework === null ? null : recordsOf(framework);
    return connect({
      matches: { ...result.matches, within },
      everywhere: async () => {
        const matches = await result.everywhere();
        if (framework === null) return matches;
        return { ...matches, within: recordsOf({ ...framework, view: matches.view }) };
      },
      question: result.question,
      search: result.search,
      framework: framework?.folded ?? null,
      first,
      after,
      cursors,
      binding: bindingOf(result.view.caller, result.question, framework?.folded ?? null),
      facets: { vocabulary, places, chosen: result.only, except: result.except },
      answer: result.answer,
      pace,
    });
  }

  /** The page of a question that has been asked. Rejects with BAD_CURSOR. */
  function connectChecked(
    result: QueryResult,
    framework: VisibleFramework,
    page: PageRequest,
  ): ImageConnection {
    const binding = bindingOf(result.view.caller, result.question, framework.folded);
    return connectResult(result, framework, page.first, checkCursor(page, binding, cursors));
  }

  return {
    history: createHistory({ ...context, pace }),

    async images(question, page, scope) {
      const after = checkCursor(page, bindingOf(scope.caller, question, null), cursors);
      return connectResult(await ask(question, scope, 'images'), null, page.first, after);
    },

    async frameworks(question, page, scope) {
      const binding = bindingOf(scope.caller, question, '*');
      const after = checkCursor(page, binding, cursors);
      const result = await ask(question, scope, 'frameworks');
      const { view } = result;
      const bits = view.parts.map((_, index) => selectedBits(result.matches, index));
      const ranked = await rankFrameworks(view, bits, result.search, vocabulary, pace);
      const rest = after === null ? ranked : ranked.filter(({ key }) => compareFrameworkKeys(key, after) > 0);
      return {
        ...result.answer,
        items: rest.slice(0, page.first).map(({ framework, imageCount, key }) => ({
          framework,
          imageCount,
          cursor: cursors.issue(key, binding),
          images: (inner) =>
            connectChecked(
              { ...result, question: { ...question, search: null }, search: null },
              framework,
              inner,
            ),
        })),
        hasNextPage: rest.length > page.first,
        hasPreviousPage: after !== null,
        totalCount: ranked.length,
      };
    },

    async image(wanted, scope) {
      // The other registries are refreshed too, because fields of the image, such as sameDigest, read all of them.
      const others = (facility: string, registry: string) => !couldHold({ facility, registry }, wanted);
      const view = await createView(context, scope, null, { maxAge: null }, others);
      requireSnapshots(view, (state) => couldHold(state, wanted));
      return findImage(view, wanted);
    },

    components(visible, request) {
      const ending = endingWith(pace, visible.view.bounds.signal);
      return componentsOf(visible, context.contents, request, ending);
    },

    async compare(a, b, shown, scope) {
      const wanted = [a, b].map((id): Wanted => ({ by: 'id', id }));
      const could = (facility: string, registry: string) =>
        wanted.some((one) => couldHold({ facility, registry }, one));
      const view = await createView(context, scope, null, { maxAge: null }, (...one) => !could(...one));
      requireSnapshots(view, ({ facility, registry }) => could(facility, registry));
      const [first, second] = wanted.map((one) => findImage(view, one));
      const ending = endingWith(pace, scope.bounds.signal);
      return compareImages(first ?? null, second ?? null, context.contents, shown, ending);
    },

    async techniques(term, scope) {
      const view = await (await createView(context, scope, null, { maxAge: null })).all();
      const sources = outcomesOf(view, { now: clock.wall(), skipped: () => false });
      const senses = sensesOf(term, view, vocabulary);
      const isSuggested = senses.length === 0 && view.bounds.suggested > 0;
      const suggestions = isSuggested ? nearTechniques(term, vocabulary) : [];
      return { senses, suggestions, sources, complete: isComplete(sources) };
    },

    async framework(name, scope) {
      return visibleFramework(await createView(context, scope, null, { maxAge: null }), name);
    },

    async imagesOf(seen, page) {
      const view = await seen.view.all();
      const framework = { ...seen, view };
      const sources = outcomesOf(view, { now: clock.wall(), skipped: () => false });
      const matches: Matches = {
        view,
        searchMatches: null,
        only: [],
        except: [],
        prefer: [],
        within: null,
        nothing: false,
      };
      const answer = { sources, complete: isComplete(sources), notices: [] };
      const everywhere = async () => matches;
      return connectChecked(
        { question: EVERYTHING, search: null, view, only: [], except: [], matches, everywhere, answer },
        framework,
        page,
      );
    },

    async access({ image, view }, at) {
      const facility = at === null ? null : places.resolve(at);
      if (at !== null && facility === null) throw badPlace(at, places, view.bounds);
      if ((view.place?.facility ?? null) === facility) return view.verdict.access(image);
      const place = facility === null ? null : places.place(facility);
      const elsewhere = (other: string, registry: string) =>
        other !== image.facility || registry !== image.registry;
      const there = await viewOf(view, view.states, place, elsewhere);
      return there.verdict.access(image);
    },
  };
}

function bindingOf(caller: Caller, question: Question, framework: string | null): CursorBinding {
  return { principal: caller.principal, question: normalizedQuestion(question, framework) };
}

/** The sort key of the page's cursor. Refuses a foreign cursor before any work is done. */
function checkCursor(page: PageRequest, binding: CursorBinding, cursors: Cursors): SortKey | null {
  return page.after === null ? null : cursors.verify(page.after, binding);
}
