// What is wrong with one repository, tag or image of a registry: it is quarantined, and the crawl goes on.
import { FederationError } from '../../model/errors.ts';

/** Something cannot be used. The message is the reason that the admin reads, in our words; the crawl catches it. */
export class Unusable extends Error {
  override readonly name = 'Unusable';
}

/** The registry does not give it now, whatever it is: what was known of it before may still be so. */
export class NotGiven extends Unusable {}

/** It is not there any more, which is no fault: somebody deleted it while it was crawled. */
export class Gone extends Error {
  override readonly name = 'Gone';
}

/** Failures by which a registry refuses one answer, and nobody else can have caused. */
const REFUSING = new Set(['SOURCE_HTTP_STATUS', 'SOURCE_REDIRECTED', 'SOURCE_REFUSED']);

/**
 * Whether the registry failed to give something: {@link NotGiven}, or SOURCE_HTTP_STATUS, SOURCE_REDIRECTED or SOURCE_REFUSED.
 * false for what is gone, and for what is given and cannot be read: whoever may push may push that.
 */
export const isNotGiven = (error: unknown): boolean =>
  error instanceof NotGiven || (error instanceof FederationError && REFUSING.has(error.code));

/** Failures that are of one answer; every other ends the crawl, since the next request would fail as well. */
const OF_ONE_ANSWER = new Set([
  'SOURCE_HTTP_STATUS',
  'SOURCE_MALFORMED',
  'SOURCE_REDIRECTED',
  'SOURCE_REFUSED',
  'SOURCE_TOO_LARGE',
  'PAGE_STUCK',
]);

/**
 * The reason for which one repository, tag or image is quarantined: the message of an {@link Unusable}, or of
 * a SOURCE_HTTP_STATUS, SOURCE_MALFORMED, SOURCE_REDIRECTED, SOURCE_REFUSED, SOURCE_TOO_LARGE or PAGE_STUCK;
 * null: the failure is not of that one alone, or it is none of that one ({@link Gone}, and what is left to the
 * next crawl).
 */
export function reasonOf(error: unknown): string | null {
  if (error instanceof Unusable) return error.message;
  return error instanceof FederationError && OF_ONE_ANSWER.has(error.code) ? error.message : null;
}
