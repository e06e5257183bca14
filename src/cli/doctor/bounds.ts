// Bounds of `panfed doctor`, apart from what asks, so that its help need not load that.

/** Requests of one registry's checks. */
export const MAX_REQUESTS = 60;

/** Images of a sample: unless said, and at most, so that the requests suffice. */
export const SAMPLE = { usual: 5, most: 8 } as const;

/** Seconds for the checks of one registry. */
export const TIMEOUT = { usual: 60, most: 600 } as const;
