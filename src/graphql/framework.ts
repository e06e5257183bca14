// Type Framework: a name that the caller's images give, over all that they may discover.
import { countImages, type FrameworkSeen, facilitiesOf, versionsOf } from '../discovery/frameworks.ts';
import { type PageArguments, pageOf } from './arguments.ts';
import type { Field } from './context.ts';
import { measured } from './measured.ts';

export const FRAMEWORK_ID = 'framework:';

export const Framework: Readonly<Record<string, Field<FrameworkSeen, never>>> = {
  id: (({ name }) => `${FRAMEWORK_ID}${name}`) satisfies Field<FrameworkSeen>,
  ...measured({
    synonyms: (({ name }, _, { parts }) =>
      parts.vocabulary.frameworkSynonyms(name)) satisfies Field<FrameworkSeen>,
    versions: versionsOf satisfies Field<FrameworkSeen>,
  }),
  facilities: (async (framework, _, { parts }) =>
    (await facilitiesOf(framework)).map((id) => parts.places.get(id))) satisfies Field<FrameworkSeen>,
  imageCount: countImages satisfies Field<FrameworkSeen>,
  images: ((framework, args, { parts }) =>
    parts.discovery.imagesOf(framework, pageOf(args, parts.limits))) satisfies Field<
    FrameworkSeen,
    PageArguments
  >,
};
