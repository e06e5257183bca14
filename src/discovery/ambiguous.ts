// What a caller reads of a term that means several techniques: an error where it is a choice, a notice where it is searched for.
import { FederationError } from '../model/errors.ts';
import type { Sense, Technique, Vocabulary } from '../vocabulary/vocabulary.ts';
import type { Notice } from './connection.ts';
import type { Places } from './places.ts';
import type { AmbiguousChoice } from './resolve.ts';

interface Context {
  readonly vocabulary: Vocabulary;
  readonly places: Places;
}

/** Terms that are described; further ones are counted, or left out of the notices. */
const MAX_DESCRIBED = 8;

/** Words of a search, at most, that are looked up. */
const MAX_WORDS = 32;

/**
 * An AMBIGUOUS_TERM error: the first eight terms with their senses, and how many more there are. `extensions.suggestions` are the
 * choices that mean one of them, and `extensions.ambiguous` has each term with its senses. `choices` has one or more.
 */
export function ambiguousTerm(choices: readonly AmbiguousChoice[], context: Context): FederationError {
  const described = choices.slice(0, MAX_DESCRIBED);
  const rest = choices.length - described.length;
  const suggestions = [...new Set(described.flatMap(({ senses }) => choicesOf(senses, context)))];
  const sentences = described.map(({ value, senses }) => meanings(value, senses, context));
  return new FederationError(
    'AMBIGUOUS_TERM',
    [...sentences, ...(rest > 0 ? [`And ${rest} more.`] : [])].join(' '),
    {
      at: described[0]?.field,
      hint: `Choose ${suggestions.join(' or ')}, or one facility whose term it is.`,
      extensions: {
        suggestions,
        ambiguous: described.map(({ field, value, senses }) => ({
          ...{ field, value },
          senses: senses.map(({ technique, facilities }) => ({
            ...{ id: technique.id, label: technique.label, facilities },
          })),
        })),
      },
    },
  );
}

/**
 * The notices, AMBIGUOUS_TERM, of a search as it was written (null: there is none): one for each of the first eight of its words,
 * and for the whole of it, that mean several techniques, with choices that mean one of them. None where one facility is chosen,
 * whose words are meant.
 */
export function ambiguousWords(
  search: string | null,
  facility: string | null,
  context: Context,
): readonly Notice[] {
  if (search === null || facility !== null) return [];
  const whole = search.trim();
  const words = new Set([whole, ...whole.split(/\s+/, MAX_WORDS)]);
  return [...words]
    .map((word) => ({ word, senses: context.vocabulary.senses(word) }))
    .filter(({ senses }) => senses.length > 1)
    .slice(0, MAX_DESCRIBED)
    .map(({ word, senses }) => ({
      code: 'AMBIGUOUS_TERM',
      message: `${meanings(word, senses, context)} To have one of them, choose a technique.`,
      suggestions: choicesOf(senses, context),
    }));
}

function meanings(text: string, senses: readonly Sense[], { places }: Context): string {
  const meant = senses.map(({ technique, facilities, isGeneral }) => {
    const names = facilities.map((id) => places.get(id).name).join(', ');
    return isGeneral || names === '' ? technique.label : `${technique.label} at ${names}`;
  });
  return `${JSON.stringify(text)} means ${meant.join(', or ')}.`;
}

/** For each sense its label, or its id where the label means something else as well. */
const choicesOf = (senses: readonly Sense[], { vocabulary }: Context): readonly string[] =>
  senses.map(({ technique }) => choiceOf(technique, vocabulary));

/** What may be chosen so that this technique is meant. */
export const choiceOf = ({ id, label }: Technique, vocabulary: Vocabulary): string =>
  vocabulary.technique(label)?.id === id ? label : id;
