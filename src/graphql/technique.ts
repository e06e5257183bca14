// Types Technique and TechniqueSense: a concept of PaNET or of a lab, and the senses of a term.
import type { CountedSense, CountedTechnique } from '../discovery/technique-senses.ts';
import type { Technique } from '../vocabulary/vocabulary.ts';
import { firstOf, textOf } from './arguments.ts';
import type { Field } from './context.ts';
import { measured } from './measured.ts';

/** Senses of a term that are given, at most. */
const MAX_SENSES = 100;

interface TermArguments {
  readonly term: string;
  readonly first?: number | null;
}

/**
 * The resolver of `Query.techniques`: at most `first` senses (100 by default), and whether there are several in all. Rejects
 * with BAD_INPUT for a `first` that is not 1 to 100, and for a term of more than 1,024 UTF-16 units; and as
 * {@link Discovery.techniques} does.
 */
export const techniques: Field<unknown, TermArguments> = async (_, { term, first }, scope) => {
  const found = await scope.parts.discovery.techniques(textOf('term', term), scope);
  const most = firstOf(first ?? MAX_SENSES, MAX_SENSES);
  return { ...found, isAmbiguous: found.senses.length > 1, senses: found.senses.slice(0, most) };
};

/** A technique by its id, of which the vocabulary may know no more. */
type Identified = Pick<Technique, 'id' | 'label'>;

/** Resolvers of the GraphQL type `Technique`; fields that are not here are read from the value itself. */
export const TechniqueType: Readonly<Record<string, Field<Identified>>> = {
  ...measured({
    synonyms: (({ id }, _, { parts }) =>
      parts.vocabulary.technique(id)?.synonyms ?? []) satisfies Field<Identified>,
    definition: (({ id }, _, { parts }) =>
      parts.vocabulary.technique(id)?.definition ?? null) satisfies Field<Identified>,
  }),
};

/** Resolvers of the GraphQL type `TechniqueSense`; fields that are not here are read from the value itself. */
export const TechniqueSense: Readonly<Record<string, Field<CountedSense>>> = {
  facilities: ({ facilities }, _, { parts }) => facilities.map((id) => parts.places.get(id)),
  imageCount: (sense) => sense.imageCount(),
};

/** Resolvers of the GraphQL type `CountedTechnique`; fields that are not here are read from the value itself. */
export const CountedTechniqueType: Readonly<Record<string, Field<CountedTechnique>>> = {
  imageCount: (counted) => counted.imageCount(),
};
