// The other side's text in errors. Apart from failure.ts, since threads that parse need not load the HTTP client.

/** Characters of the other side's text that are kept for the log. */
const CAUSE_LENGTH = 1_024;

/**
 * The other side's text as an Error, a cause for the log that is never part of a message: its first 1,024
 * UTF-16 units, without halves of surrogate pairs.
 */
export function upstreamText(text: string): Error {
  return new Error(text.slice(0, CAUSE_LENGTH).toWellFormed());
}
