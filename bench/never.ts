// A request that nobody gives up.

export const NEVER = new AbortController().signal;
