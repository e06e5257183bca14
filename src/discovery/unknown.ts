// Reports unknown choices: as an error where every registry is available, else as a notice. Suggestions are computed
// here, only for what is reported, and within the bounds of the request.
import { FederationError } from '../model/errors.ts';
import { nearest } from '../model/nearest.ts';
import type { RequestBounds } from './bounds.ts';
import type { Notice } from './connection.ts';
import type { Places } from './places.ts';
import type { UnknownChoice } from './resolve.ts';

/** Unknown values that are listed; further ones are counted, so that an answer echoes only so much. */
const MAX_DESCRIBED = 8;

/** The known names near an unknown choice; compares every known name. */
export type Suggest = (choice: UnknownChoice) => readonly string[];

interface DescribedChoice extends UnknownChoice {
  readonly suggestions: readonly string[];
}

/**
 * A BAD_CHOICE error: lists the first eight unknown choices with their suggestions (as many as `bounds.suggested` get
 * some), and counts the rest. `unknown` has one or more.
 */
export function badChoice(
  unknown: readonly UnknownChoice[],
  suggest: Suggest,
  bounds: RequestBounds,
): FederationError {
  const described = withSuggestions(unknown, suggest, bounds);
  const rest = unknown.length - described.length;
  const suggestions = [...new Set(described.flatMap((choice) => choice.suggestions))];
  const message = [...described.map(describe), ...(rest > 0 ? [`And ${rest} more.`] : [])].join(' ');
  return new FederationError('BAD_CHOICE', message, {
    at: described[0]?.field,
    hint: suggestions.length > 0 ? `Did you mean ${suggestions.join(', ')}?` : undefined,
    extensions: { suggestions, unknown: described },
  });
}

/**
 * The notices, UNKNOWN_CHOICE, that replace the error while a registry has no snapshot, was read in part or could not be
 * judged, because its values are not known: one for each of the first eight unknown choices, further ones have none. The
 * first `bounds.suggested` of them have suggestions.
 */
export function unknownNotices(
  unknown: readonly UnknownChoice[],
  suggest: Suggest,
  bounds: RequestBounds,
): readonly Notice[] {
  return withSuggestions(unknown, suggest, bounds).map((choice) => ({
    code: 'UNKNOWN_CHOICE',
    message: `${describe(choice)} A registry could not be asked, so it may exist there.`,
    suggestions: choice.suggestions,
  }));
}

/**
 * Notices, UNKNOWN_CHOICE, of components that no image has which the caller may pull: one for each of the first eight, with
 * suggestions for the first `bounds.suggested`.
 */
export function missingNotices(
  texts: readonly string[],
  suggest: (text: string) => readonly string[],
  bounds: RequestBounds,
): readonly Notice[] {
  return texts.slice(0, MAX_DESCRIBED).map((text, index) => ({
    code: 'UNKNOWN_CHOICE',
    message: `No image that you may pull is known to have the component ${JSON.stringify(text)}.`,
    suggestions: index < bounds.suggested ? suggest(text) : [],
  }));
}

/** The place, by id or name, as an unknown choice of a facility; empty where it is null or known. */
export function unknownPlace(at: string | null, places: Places): readonly UnknownChoice[] {
  return at === null || places.resolve(at) !== null ? [] : [{ field: 'facilities', value: at }];
}

/**
 * A BAD_CHOICE error for a place, by id or name, that is unknown, with at most three suggestions (as {@link nearest}).
 */
export function badPlace(at: string, places: Places, bounds: RequestBounds): FederationError {
  return badChoice(unknownPlace(at, places), ({ value }) => nearest(value, places.names), bounds);
}

function withSuggestions(
  unknown: readonly UnknownChoice[],
  suggest: Suggest,
  bounds: RequestBounds,
): readonly DescribedChoice[] {
  return unknown.slice(0, MAX_DESCRIBED).map((choice, index) => ({
    ...choice,
    suggestions: index < bounds.suggested ? suggest(choice) : [],
  }));
}

function describe({ field, value }: UnknownChoice): string {
  return `Nothing that you may see is called ${JSON.stringify(value)} in ${field}.`;
}
