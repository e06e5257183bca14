// What is told of choices that nobody knows: an error where everything that may be known is at hand, else a notice. What
// is near to them is sought here, when it is told, and within the bounds of the request.
import { FederationError } from '../model/errors.ts';
import { nearest } from '../model/nearest.ts';
import type { RequestBounds } from './bounds.ts';
import type { Notice } from './connection.ts';
import type { Places } from './places.ts';
import type { UnknownChoice } from './resolve.ts';

/** Unknown values beyond this many are counted and not told: an answer echoes so much at most. */
const MOST_TOLD = 8;

/** What is near to an unknown choice; it looks at every name that is known. */
export type Suggest = (choice: UnknownChoice) => readonly string[];

interface DescribedChoice extends UnknownChoice {
  readonly suggestions: readonly string[];
}

/** BAD_CHOICE: the first are told with what is near to each, the rest are counted. */
export function badChoice(
  unknown: readonly UnknownChoice[],
  suggest: Suggest,
  bounds: RequestBounds,
): FederationError {
  const told = tellable(unknown, suggest, bounds);
  const rest = unknown.length - told.length;
  const suggestions = [...new Set(told.flatMap((choice) => choice.suggestions))];
  const message = [...told.map(describe), ...(rest > 0 ? [`So it is with ${rest} more.`] : [])].join(' ');
  return new FederationError('BAD_CHOICE', message, {
    at: told[0]?.field,
    hint: suggestions.length > 0 ? `Did you mean ${suggestions.join(', ')}?` : undefined,
    extensions: { suggestions, unknown: told },
  });
}

/** What is told instead while a registry has no snapshot: its records are not known either. */
export function unknownNotices(
  unknown: readonly UnknownChoice[],
  suggest: Suggest,
  bounds: RequestBounds,
): readonly Notice[] {
  return tellable(unknown, suggest, bounds).map((choice) => ({
    code: 'UNKNOWN_CHOICE',
    message: `${describe(choice)} A registry could not be asked, so it may exist there.`,
    suggestions: choice.suggestions,
  }));
}

/** A place is named as a facility is chosen: by id or name. */
export function unknownPlace(at: string | null, places: Places): readonly UnknownChoice[] {
  return at === null || places.resolve(at) !== null ? [] : [{ field: 'facilities', value: at }];
}

/** BAD_CHOICE for a place that there is not. */
export function badPlace(at: string, places: Places, bounds: RequestBounds): FederationError {
  return badChoice(unknownPlace(at, places), ({ value }) => nearest(value, places.names), bounds);
}

function tellable(
  unknown: readonly UnknownChoice[],
  suggest: Suggest,
  bounds: RequestBounds,
): readonly DescribedChoice[] {
  return unknown.slice(0, MOST_TOLD).map((choice, index) => ({
    ...choice,
    suggestions: index < bounds.suggested ? suggest(choice) : [],
  }));
}

function describe({ field, value }: UnknownChoice): string {
  return `Nothing that you may see is called ${JSON.stringify(value)} in ${field}.`;
}
