// The other side's text in errors. Apart from failure.ts, since threads that parse need not load the HTTP client.

/** Characters of the other side's text that are kept for the log. */
const CAUSE_LENGTH = 1_024;

/** The other side's text as a cause for the log: at most 1,024 characters, and never part of a message. */
export function upstreamText(text: string): Error {
  return new Error(text.slice(0, CAUSE_LENGTH).toWellFormed());
}
