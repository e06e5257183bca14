// What is told of choices that nobody knows: an error where everything that may be known is at hand, else a notice.
import { FederationError } from '../model/errors.ts';
import { nearest } from '../model/nearest.ts';
import type { Notice } from './connection.ts';
import type { Places } from './places.ts';
import { MOST_TOLD, type UnknownChoice } from './resolve.ts';

/** BAD_CHOICE: the first are told with what is near to each, the rest are counted. */
export function badChoice(unknown: readonly UnknownChoice[]): FederationError {
  const told = unknown.slice(0, MOST_TOLD);
  const rest = unknown.length - told.length;
  const suggestions = [...new Set(told.flatMap((choice) => choice.suggestions))];
  const message = [...told.map(describe), ...(rest > 0 ? [`So it is with ${rest} more.`] : [])].join(' ');
  return new FederationError('BAD_CHOICE', message, {
    at: told[0]?.field,
    hint: suggestions.length > 0 ? `Did you mean ${suggestions.join(', ')}?` : undefined,
    extensions: { suggestions, unknown: told },
  });
}

function describe({ field, value }: UnknownChoice): string {
  return `Nothing that you may see is called ${JSON.stringify(value)} in ${field}.`;
}

/** What is told instead while a registry has no snapshot: its records are not known either. */
export function unknownNotices(unknown: readonly UnknownChoice[]): readonly Notice[] {
  return unknown.slice(0, MOST_TOLD).map((choice) => ({
    code: 'UNKNOWN_CHOICE',
    message: `${describe(choice)} A registry could not be asked, so it may exist there.`,
    suggestions: choice.suggestions,
  }));
}

/** A place is named as a facility is chosen: by id or name. */
export function unknownPlace(at: string | null, places: Places): readonly UnknownChoice[] {
  if (at === null || places.resolve(at) !== null) return [];
  return [{ field: 'facilities', value: at, suggestions: nearest(at, places.names) }];
}
