// The bounds of one request over every field of its document: its end, the number of names that suggestions are
// computed for, and the bytes of its answer. Created once per request and shared by all fields. Nothing here may depend
// on which field is answered first, because that depends on hidden records too.
import { setMaxListeners } from 'node:events';
import { FederationError } from '../model/errors.ts';
import { limitText } from '../model/size.ts';

export interface RequestBounds {
  /** Aborts when the request was answered or given up, or its client disconnected; all work stops then. */
  readonly signal: AbortSignal;
  /** Unknown names of one question that suggestions are computed for; each is compared with every known name. */
  readonly suggested: number;
  /** Divides the suggestions of one question among the document's questions; each keeps at least one. */
  share(questions: number): void;
  /** Adds bytes of the answer. Throws LIMIT_EXCEEDED beyond the bound. */
  count(bytes: number): void;
  /** LIMIT_EXCEEDED, with which the whole answer is refused once it is beyond its bound; null while it is within. */
  exceeded(): FederationError | null;
}

/** Unknown names that suggestions are computed for in a document with one question. */
const MAX_SUGGESTED = 8;

/**
 * The bounds of one request, which `signal` ends. `answerBytes`: how many bytes {@link RequestBounds.count} accepts in
 * total; beyond it, `count` throws LIMIT_EXCEEDED, and `exceeded` gives that error. Eight unknown choices get
 * suggestions, until `share` divides them (one each at least).
 */
export function requestBounds(signal: AbortSignal, answerBytes: number): RequestBounds {
  // Each field that waits listens to the one end, as many as the document's cost allows: no leak, as Node would warn.
  setMaxListeners(0, signal);
  let suggested = MAX_SUGGESTED;
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
      suggested = Math.max(1, Math.floor(MAX_SUGGESTED / Math.max(1, questions)));
    },
    count: (more) => {
      bytes += more;
      const error = exceeded();
      if (error !== null) throw error;
    },
    exceeded,
  };
}
