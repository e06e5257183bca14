// Bounds of the servers of catalogs.

/** Milliseconds for which requests under way are answered at the end. */
export const DRAIN_MS = 5_000;

/** Bounds of a listener: a gateway crawls over a few connections only. */
export const LIMITS = {
  connections: 256,
  requestTimeout: 60_000,
  writeTimeout: 10_000,
  waitingBytes: 134_217_728,
  headerBytes: 16_384,
} as const;
