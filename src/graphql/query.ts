// Type Query: each root field asks discovery one question.

import type { FacilityConfig } from '../config/facility.ts';
import type { VisibleFramework } from '../discovery/frameworks.ts';
import type { Wanted } from '../discovery/lookup.ts';
import type { VisibleItem } from '../discovery/view.ts';
import type { Caller } from '../model/subject.ts';
import { badInput, firstOf, pageOf, type QuestionArguments, questionOf, textOf } from './arguments.ts';
import { visibleResources } from './compute.ts';
import { compare } from './contents.ts';
import type { Field } from './context.ts';
import { FRAMEWORK_ID } from './framework.ts';
import { match } from './match.ts';
import { measured } from './measured.ts';
import { store } from './store.ts';
import { DEFAULT_SPANS, MAX_SPANS } from './tag-history.ts';
import { techniques } from './technique.ts';

interface ImageArguments {
  readonly id?: string | null;
  readonly digest?: string | null;
  readonly reference?: string | null;
  /** A DateTime, which can be read. */
  readonly asOf?: string | null;
}

/** Resolvers of the GraphQL type `Query`. */
export const Query: Readonly<Record<string, Field<unknown, never>>> = {
  images: ((_, args, scope) =>
    scope.parts.discovery.images(
      questionOf(args, scope.parts.limits),
      pageOf(args, scope.parts.limits),
      scope,
    )) satisfies Field<unknown, QuestionArguments>,
  frameworks: ((_, args, scope) =>
    scope.parts.discovery.frameworks(
      questionOf(args, scope.parts.limits),
      pageOf(args, scope.parts.limits),
      scope,
    )) satisfies Field<unknown, QuestionArguments>,
  image: ((_, args, scope) => {
    const { discovery, clock } = scope.parts;
    const wanted = wantedOf(args);
    if (args.asOf == null) return discovery.image(wanted, scope);
    if (wanted.by !== 'reference') {
      throw badInput(
        'asOf',
        '`asOf` is for a `reference`: an id or a digest is the same image at all times.',
      );
    }
    const at = Date.parse(args.asOf);
    return at >= clock.wall()
      ? discovery.image(wanted, scope)
      : discovery.history.imageAt(wanted.reference, at, scope);
  }) satisfies Field<unknown, ImageArguments>,
  ...measured({
    tagHistory: (async (_, { reference, first }, scope) => {
      const most = firstOf(first ?? DEFAULT_SPANS, MAX_SPANS);
      const spans = await scope.parts.discovery.history.ofReference(textOf('reference', reference), scope);
      return spans.slice(0, most);
    }) satisfies Field<unknown, { reference: string; first?: number | null }>,
  }),
  compare,
  match,
  techniques,
  facilities: ((_, __, { parts }) => parts.places.facilities) satisfies Field<unknown>,
  computeResources: (_, __, scope) => visibleResources(scope),
  viewer: ((_, __, { caller }) => caller) satisfies Field<unknown>,
  store,
  node: ((_, { id }, scope) => {
    const { parts } = scope;
    const wanted = textOf('id', id);
    if (wanted.startsWith(FRAMEWORK_ID)) {
      return parts.discovery.framework(wanted.slice(FRAMEWORK_ID.length), scope);
    }
    const facility = parts.places.facilities.find((known) => known.id === wanted);
    return facility ?? parts.discovery.image({ by: 'id', id: wanted }, scope);
  }) satisfies Field<unknown, { id: string }>,
};

function wantedOf({ id, digest, reference }: ImageArguments): Wanted {
  const wanted: Wanted[] = [];
  if (id != null) wanted.push({ by: 'id', id: textOf('id', id) });
  if (digest != null) wanted.push({ by: 'digest', digest });
  if (reference != null) wanted.push({ by: 'reference', reference: textOf('reference', reference) });
  const [only] = wanted;
  if (only === undefined || wanted.length > 1) {
    throw badInput('image', `\`image\` takes exactly one of id, digest and reference, not ${wanted.length}.`);
  }
  return only;
}

/** The type of what Relay's interface `Node` gives. */
export const Node = {
  __resolveType: (node: VisibleItem | VisibleFramework | FacilityConfig): string =>
    'image' in node ? 'Image' : 'folded' in node ? 'Framework' : 'Facility',
};

/** Resolvers of the GraphQL type `Viewer`; fields that are not here are read from the value itself. */
export const Viewer: Readonly<Record<string, Field<Caller>>> = {
  authenticated: ({ subject }) => subject.authenticated,
  issuer: ({ subject }) => subject.issuer,
  groups: ({ subject }) => subject.groups,
  affiliations: ({ subject }) => subject.affiliations,
  sites: ({ subject }, _, { parts }) =>
    parts.places.facilities.filter(({ id }) => subject.sites.includes(id)),
  academic: ({ subject }) => subject.academic,
  expires: ({ expires }) => (expires === null ? null : new Date(expires * 1_000).toISOString()),
};
