// What one request may take in all, over every field of its document: when it has ended, how many names are sought for
// suggestions, and how many bytes its answer may have. Made once a request, and shared by all that answer it.
import { FederationError } from '../model/errors.ts';

export interface RequestBounds {
  /** Aborts when the request has been answered, was given up, or its client left: nothing goes on after that. */
  readonly signal: AbortSignal;
  /** Whether suggestions may be sought for one more unknown name. */
  maySuggest(): boolean;
  /** Counts bytes of the answer. Throws LIMIT_EXCEEDED beyond the bound. */
  count(bytes: number): void;
}

/** Unknown names of one request that suggestions are sought for: each is compared with every name that is known. */
const SUGGESTED = 8;

/** `answerBytes`: the most that {@link RequestBounds.count} takes. */
export function requestBounds(signal: AbortSignal, answerBytes: number): RequestBounds {
  let suggested = 0;
  let bytes = 0;
  return {
    signal,
    maySuggest: () => {
      suggested += 1;
      return suggested <= SUGGESTED;
    },
    count: (more) => {
      bytes += more;
      if (bytes <= answerBytes) return;
      throw new FederationError('LIMIT_EXCEEDED', `The answer has more than ${answerBytes} bytes.`, {
        hint: 'Lower `first`, or ask for fewer fields at once.',
      });
    },
  };
}
