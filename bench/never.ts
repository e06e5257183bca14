// The signal of requests that are never aborted.

export const NEVER = new AbortController().signal;
