// Where a lab's archives come from: asked again and again, it brings what it was not seen to have before.

export interface BundleFetcher {
  /** For messages: an address without query and credentials, or a path. Nothing secret. */
  readonly place: string;
  /**
   * What is there now; null: what was last said to be handled. May take as long as the other side holds its answer.
   * Rejects with SOURCE_*, or CIRCUIT_OPEN.
   */
  bring(signal: AbortSignal): Promise<Uint8Array | null>;
  /** What was brought last is not to be brought again. */
  handled(): void;
  /** Milliseconds until the next look, after one that went well. */
  pause(): number;
}
