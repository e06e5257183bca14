// How a lab's bundle is refused: because nobody who is trusted signed it, or because what was signed is no policy.
import { FederationError } from '../../model/errors.ts';
import { inert } from '../../model/inert.ts';

/** POLICY_UNSIGNED: it does not come, as it is, from whom federation.yaml names. */
export const unsigned = (at: string, message: string, hint: string, cause?: unknown): FederationError =>
  new FederationError('POLICY_UNSIGNED', message, { at, hint, cause });

/** POLICY_INVALID: whoever signed it, it is not what a facility's bundle has to be. */
export const malformed = (at: string, message: string, hint: string, cause?: unknown): FederationError =>
  new FederationError('POLICY_INVALID', message, { at, hint, cause });

/** A text from the archive as a message shows it: quoted, short, and of no effect where it is shown. */
export const quoted = (text: string): string =>
  JSON.stringify(inert(text.length > 80 ? `${text.slice(0, 80)}…` : text));
