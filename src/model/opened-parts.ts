// What was opened one after the other, so that it can be closed as a whole, also where opening the next one failed.

export interface Closable {
  close(): Promise<void>;
}

export class OpenedParts implements Closable {
  readonly #parts: Closable[] = [];

  /** Returns the part. */
  add<T extends Closable>(part: T): T {
    this.#parts.push(part);
    return part;
  }

  /** Closes the last that was opened first: a server before what answers it. Rejects with the first failure. */
  async close(): Promise<void> {
    for (const part of this.#parts.splice(0).reverse()) await part.close();
  }
}
