// Nodes of a crawl as text: how they travel between threads, and to the store and back.

/** Nodes as JSON in UTF-8, in the order of the crawl, in shared memory so that none of it is copied. */
export interface PackedNodes {
  /** One behind the other. */
  readonly json: SharedArrayBuffer;
  /** Where each ends. */
  readonly ends: Uint32Array;
  /** Which of them could not be read, by index, and why. */
  readonly malformed: ReadonlyMap<number, { readonly subject: string; readonly reason: string }>;
}
