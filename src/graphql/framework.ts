// Type Framework: a name in the images that the caller may discover, over all registries.
import { countImages, facilitiesOf, type VisibleFramework, versionsOf } from '../discovery/frameworks.ts';
import { type PageArguments, pageOf } from './arguments.ts';
import type { Field } from './context.ts';
import { measured } from './measured.ts';

/** The prefix of the global ids of frameworks. */
export const FRAMEWORK_ID = 'framework:';

/** Resolvers of the GraphQL type `Framework`; fields that are not here are read from the value itself. */
export const Framework: Readonly<Record<string, Field<VisibleFramework, never>>> = {
  id: (({ name }) => `${FRAMEWORK_ID}${name}`) satisfies Field<VisibleFramework>,
  ...measured({
    synonyms: (({ name }, _, { parts }) =>
      parts.vocabulary.frameworkSynonyms(name)) satisfies Field<VisibleFramework>,
    versions: versionsOf satisfies Field<VisibleFramework>,
  }),
  facilities: (async (framework, _, { parts }) =>
    (await facilitiesOf(framework)).map((id) => parts.places.get(id))) satisfies Field<VisibleFramework>,
  imageCount: countImages satisfies Field<VisibleFramework>,
  images: ((framework, args, { parts }) =>
    parts.discovery.imagesOf(framework, pageOf(args, parts.limits))) satisfies Field<
    VisibleFramework,
    PageArguments
  >,
};
