// Explanations cost a worker hundreds of evaluations each: few run at once, some wait, the others are told to come again.
import { FederationError } from '../../model/errors.ts';

export interface TurnsOptions {
  /** That run at once. */
  readonly running: number;
  /** That wait for those. */
  readonly waiting: number;
  /** Milliseconds after which nobody is there any more for what waits. */
  readonly patience: number;
}

interface Waiting {
  readonly until: number;
  begin(): void;
  refuse(): void;
}

export class Turns {
  readonly #options: TurnsOptions;
  readonly #waiting: Waiting[] = [];
  #running = 0;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  /** What `work` gives, when it has had its turn. Rejects with NOT_READY where too much waits, or it waited too long. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    await this.#turn();
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#next();
    }
  }

  #turn(): Promise<void> {
    const { running, waiting, patience } = this.#options;
    return new Promise((resolve, reject) => {
      const refuse = () =>
        reject(
          new FederationError('NOT_READY', 'too many explanations are waiting', {
            hint: 'Try again in a moment, with fewer images.',
          }),
        );
      const begin = () => {
        this.#running += 1;
        resolve();
      };
      if (this.#running < running) begin();
      else if (this.#waiting.length >= waiting) refuse();
      else this.#waiting.push({ until: performance.now() + patience, begin, refuse });
    });
  }

  #next(): void {
    for (let first = this.#waiting.shift(); first !== undefined; first = this.#waiting.shift()) {
      if (performance.now() < first.until) {
        first.begin();
        return;
      }
      first.refuse();
    }
  }
}
