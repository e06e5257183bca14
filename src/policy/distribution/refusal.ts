// The errors by which a lab's bundle is refused: no trusted key signed it, the signed content is not a policy, or
// checking it costs too much.
import { FederationError } from '../../model/errors.ts';
import { inert } from '../../model/inert.ts';

/**
 * A POLICY_UNSIGNED error: it was not signed, as it is, with the key that federation.yaml names. The message is made
 * inert and cut to 1,024 UTF-16 units. `at`: where the bundle came from; `cause`: for the log, none by default.
 */
export const unsigned = (at: string, message: string, hint: string, cause?: unknown): FederationError =>
  new FederationError('POLICY_UNSIGNED', bounded(message), { at, hint, cause });

/**
 * A POLICY_INVALID error: whoever signed it, it is not a valid bundle of a facility. The message is made inert and cut
 * to 1,024 UTF-16 units. `at`: where the bundle came from; `cause`: for the log, none by default.
 */
export const malformed = (at: string, message: string, hint: string, cause?: unknown): FederationError =>
  new FederationError('POLICY_INVALID', bounded(message), { at, hint, cause });

/**
 * A POLICY_TOO_COSTLY error: checking it exceeds a bound of time or memory; it may not on a machine that is less busy.
 * `at`: where the bundle came from; `cause`: for the log, none by default.
 */
export const costly = (at: string, message: string, cause?: unknown): FederationError =>
  new FederationError('POLICY_TOO_COSTLY', message, {
    at,
    hint: 'Leave out data that the policy does not need.',
    cause,
  });

/** Characters of a message, at most. */
const MAX_CHARACTERS = 1_024;

/** One line, bounded and inert: a parser's message repeats its input, whose author is not known yet. */
const bounded = (message: string): string =>
  inert(message.length > MAX_CHARACTERS ? `${message.slice(0, MAX_CHARACTERS - 1)}…` : message);

/** A text from the archive for a message: in quotes (JSON), {@link inert}, cut to 80 UTF-16 units with `…`. */
export const quoted = (text: string): string =>
  JSON.stringify(inert(text.length > 80 ? `${text.slice(0, 80)}…` : text));
