// How a lab's bundle is refused: because nobody who is trusted signed it, because what was signed is no policy, or because
// to find out takes too much.
import { FederationError } from '../../model/errors.ts';
import { inert } from '../../model/inert.ts';

/** POLICY_UNSIGNED: it does not come, as it is, from whom federation.yaml names. */
export const unsigned = (at: string, message: string, hint: string, cause?: unknown): FederationError =>
  new FederationError('POLICY_UNSIGNED', told(message), { at, hint, cause });

/** POLICY_INVALID: whoever signed it, it is not what a facility's bundle has to be. */
export const malformed = (at: string, message: string, hint: string, cause?: unknown): FederationError =>
  new FederationError('POLICY_INVALID', told(message), { at, hint, cause });

/** POLICY_TOO_COSTLY: to find out takes more than there is; on a machine that is less busy it may be less. */
export const costly = (at: string, message: string, cause?: unknown): FederationError =>
  new FederationError('POLICY_TOO_COSTLY', message, {
    at,
    hint: 'Leave out data that the policy does not need.',
    cause,
  });

/** Characters of a message. */
const LONGEST = 1_024;

/** What a parser says repeats what it was given, and who wrote that is not known yet: one line, bounded and inert. */
const told = (message: string): string =>
  inert(message.length > LONGEST ? `${message.slice(0, LONGEST - 1)}…` : message);

/** A text from the archive as a message shows it: quoted, short, and of no effect where it is shown. */
export const quoted = (text: string): string =>
  JSON.stringify(inert(text.length > 80 ? `${text.slice(0, 80)}…` : text));
