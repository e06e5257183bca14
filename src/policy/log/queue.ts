// What waits to be written down: bounded, so that a sink that is slow or down costs entries and never an answer or the
// process. Entries are dropped from the end that grows, and counted.

import { setImmediate } from 'node:timers/promises';
import type { Logger } from 'pino';
import { backoff } from '../../model/backoff.ts';
import { FederationError } from '../../model/errors.ts';
import { preparing } from '../../model/pace.ts';
import { pause } from '../../network/retry.ts';
import type { Batch } from './entry.ts';

/** Where entries go. */
export interface Sink {
  /**
   * Resolves, when the entries are written, to how many of them will never be taken. Rejects where it may be tried
   * again, with all of them: an entry may be written twice, and its id tells.
   */
  write(entries: readonly string[], signal: AbortSignal): Promise<number>;
  /** Ends what it does behind, until the signal aborts. */
  close(signal: AbortSignal): Promise<void>;
}

/** `full`: too much waits. `refused`: the service will not take it. `closing`: there was no more time. `failed`: a fault. */
export type DropCause = 'full' | 'refused' | 'closing' | 'failed';

export interface DecisionLogCounters {
  written(entries: number): void;
  dropped(cause: DropCause, entries: number): void;
}

export interface QueueOptions {
  readonly sink: Sink;
  readonly counters: DecisionLogCounters;
  readonly logger: Logger;
  /** Bytes of entries that may wait, about. */
  readonly queueBytes: number;
  /** Bytes of entries that are written at once, about. */
  readonly batchBytes: number;
  /** Milliseconds for which entries wait for others. */
  readonly delay: number;
  /** Milliseconds before a failed write is tried again; they double up to a minute. 500 unless said. */
  readonly retryAfter?: number | undefined;
  /** Milliseconds that closing may take. 5,000 unless said. */
  readonly closeWithin?: number | undefined;
}

const LONGEST_RETRY = 60_000;
/** Milliseconds between the last tries, at the end. */
const LAST_RETRY = 100;

interface Waiting {
  readonly batch: Batch;
  /** Entries of the batch that had room. */
  readonly size: number;
  readonly bytesEach: number;
  next: number;
}

export class EntryQueue {
  readonly #options: QueueOptions;
  readonly #waiting: Waiting[] = [];
  /** No more is taken, and what waits is hurried. */
  readonly #closing = new AbortController();
  /** Nothing is waited for any more. */
  readonly #ended = new AbortController();
  #bytes = 0;
  #draining: Promise<void> | null = null;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** Takes as many of the entries as there is room for. */
  add(batch: Batch): void {
    const { queueBytes, counters } = this.#options;
    if (batch.size === 0) return;
    if (this.#closing.signal.aborted) {
      counters.dropped('closing', batch.size);
      return;
    }
    const bytesEach = batch.bytes / batch.size;
    const size = Math.min(batch.size, Math.floor(Math.max(0, queueBytes - this.#bytes) / bytesEach));
    if (size < batch.size) counters.dropped('full', batch.size - size);
    if (size === 0) return;
    this.#waiting.push({ batch, size, bytesEach, next: 0 });
    this.#bytes += size * bytesEach;
    this.#draining ??= this.#drain();
  }

  /** Writes what waits, within its time; what is left then is dropped. */
  async close(): Promise<void> {
    this.#closing.abort();
    const timer = setTimeout(() => this.#ended.abort(), this.#options.closeWithin ?? 5_000);
    await this.#draining;
    this.#dropAll();
    await this.#within((signal) => this.#options.sink.close(signal)).catch((error: unknown) =>
      this.#options.logger.error({ err: error }, 'the decision log could not be closed'),
    );
    clearTimeout(timer);
  }

  async #drain(): Promise<void> {
    try {
      // What comes while this one is at work is told together with it, and not in its turn of the event loop.
      await setImmediate();
      while (this.#waiting.length > 0) {
        if (this.#bytes < this.#options.batchBytes) {
          await pause(this.#options.delay, this.#closing.signal);
        }
        if (this.#ended.signal.aborted) this.#dropAll();
        else await this.#write(await this.#take());
      }
    } finally {
      // In one step with the last look at what waits: what is added after it begins another.
      this.#draining = null;
    }
  }

  /** The next entries as text, in turns. */
  async #take(): Promise<string[]> {
    const entries: string[] = [];
    for (let bytes = 0; bytes < this.#options.batchBytes; ) {
      const first = this.#waiting[0];
      if (first === undefined) break;
      const entry = this.#textOf(first);
      if (entry !== null) {
        bytes += entry.length;
        entries.push(entry);
      }
      first.next += 1;
      this.#bytes -= first.bytesEach;
      if (first.next === first.size) this.#waiting.shift();
      if (preparing.due()) await preparing.rest();
    }
    return entries;
  }

  /** A fault in what is told must not end the process that tells it. */
  #textOf({ batch, next }: Waiting): string | null {
    try {
      return batch.entry(next);
    } catch (error) {
      this.#options.counters.dropped('failed', 1);
      this.#options.logger.error({ err: error }, 'an entry of the decision log cannot be told');
      return null;
    }
  }

  async #write(entries: readonly string[]): Promise<void> {
    const { sink, counters, logger } = this.#options;
    if (entries.length === 0) return;
    for (let failures = 0; ; failures += 1) {
      try {
        const refused = await this.#within((signal) => sink.write(entries, signal));
        counters.written(entries.length - refused);
        if (refused > 0) {
          counters.dropped('refused', refused);
          logger.error({ entries: refused }, 'entries of the decision log are refused where they are sent');
        }
        if (failures > 0) logger.info('the decision log is written again');
        return;
      } catch (error) {
        if (this.#ended.signal.aborted) {
          counters.dropped('closing', entries.length);
          return;
        }
        if (failures === 0) {
          logger.error(
            toldError(error),
            'the decision log cannot be written; its entries wait, and are dropped when they are too many',
          );
        }
        await this.#pauseAfter(failures);
      }
    }
  }

  async #pauseAfter(failures: number): Promise<void> {
    const { retryAfter = 500 } = this.#options;
    const rest = backoff(failures + 1, { first: retryAfter, most: LONGEST_RETRY }, Math.random());
    if (!this.#closing.signal.aborted) await pause(rest, this.#closing.signal);
    else await pause(LAST_RETRY, this.#ended.signal);
  }

  #dropAll(): void {
    const left = this.#waiting.splice(0).reduce((sum, { size, next }) => sum + size - next, 0);
    if (left > 0) this.#options.counters.dropped('closing', left);
    this.#bytes = 0;
  }

  /** What is begun, or a rejection at the end of all waiting. */
  #within<T>(begin: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { signal } = this.#ended;
    const one = new AbortController();
    return new Promise((resolve, reject) => {
      const end = () => {
        one.abort();
        reject(new FederationError('SOURCE_TIMEOUT', 'the decision log was not written in time'));
      };
      if (signal.aborted) return end();
      signal.addEventListener('abort', end, { once: true });
      begin(one.signal)
        .then(resolve, reject)
        .finally(() => signal.removeEventListener('abort', end));
    });
  }
}

function toldError(error: unknown): object {
  return error instanceof FederationError
    ? { code: error.code, hint: error.hint, cause: error.cause, err: error }
    : { err: error };
}
