// The interface to the place that a lab's archives come from: polled, it gives an archive that was not handled yet.

export interface BundleFetcher {
  /** For messages: an address without query and credentials, or a path. Nothing secret. */
  readonly place: string;
  /**
   * The archive that is there now; null: it is the one that was handled last, or is still being written. Takes as long as the
   * server holds its answer. Rejects with SOURCE_* or CIRCUIT_OPEN.
   */
  fetchNew(signal: AbortSignal): Promise<Uint8Array | null>;
  /** Marks the archive that was fetched last as handled. */
  handled(): void;
  /** Milliseconds until the next poll, after one that succeeded. */
  pause(): number;
}
