// What one request may take in all, over every field of its document: when it has ended, how many names are sought for
// suggestions, and how many bytes its answer may have. Made once a request, and shared by all that answer it. Nothing here
// may depend on which field is answered first: that depends on hidden records too.
import { FederationError } from '../model/errors.ts';
import { limitText } from '../model/size.ts';

export interface RequestBounds {
  /** Aborts when the request has been answered, was given up, or its client left: nothing goes on after that. */
  readonly signal: AbortSignal;
  /** Unknown names of one question that suggestions are sought for: each is compared with every name that is known. */
  readonly suggested: number;
  /** Says how many questions the document has, which share what may be sought for one. */
  share(questions: number): void;
  /** Counts bytes of the answer. Throws LIMIT_EXCEEDED beyond the bound. */
  count(bytes: number): void;
  /** What the whole answer is refused with once it went beyond its bound; null: it did not. */
  exceeded(): FederationError | null;
}

/** Unknown names of a document with one question. */
const SUGGESTED = 8;

/** `answerBytes`: the most that {@link RequestBounds.count} takes. */
export function requestBounds(signal: AbortSignal, answerBytes: number): RequestBounds {
  let suggested = SUGGESTED;
  let bytes = 0;
  const exceeded = (): FederationError | null =>
    bytes <= answerBytes
      ? null
      : new FederationError('LIMIT_EXCEEDED', `The answer has more than ${limitText(answerBytes)}.`, {
          hint: 'Lower `first`, or ask for fewer fields at once.',
        });
  return {
    signal,
    get suggested() {
      return suggested;
    },
    share: (questions) => {
      suggested = Math.max(1, Math.floor(SUGGESTED / Math.max(1, questions)));
    },
    count: (more) => {
      bytes += more;
      const error = exceeded();
      if (error !== null) throw error;
    },
    exceeded,
  };
}
