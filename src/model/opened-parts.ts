// Resources that were opened one after the other, to be closed together, also if opening the next one failed.

export interface Closable {
  /** Ends it; rejects where that fails. */
  close(): Promise<void>;
}

/** Open resources, in the order in which they were opened. */
export class OpenedParts implements Closable {
  readonly #parts: Closable[] = [];

  /** Adds a resource to those that are closed together, and returns it. */
  add<T extends Closable>(part: T): T {
    this.#parts.push(part);
    return part;
  }

  /**
   * Closes them in reverse order: a server before what it depends on; another call closes what was added since. Rejects
   * with the first failure, and stops there: what is left is not closed by another call either.
   */
  async close(): Promise<void> {
    for (const part of this.#parts.splice(0).reverse()) await part.close();
  }
}
