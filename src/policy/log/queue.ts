// The queue of entries to be written: bounded, so that a slow or failed sink costs entries and never an answer or the
// process. The newest entries are dropped, and counted.
import { setImmediate } from 'node:timers/promises';
import type { Logger } from 'pino';
import { backoff } from '../../model/backoff.ts';
import { FederationError } from '../../model/errors.ts';
import { preparing } from '../../model/pace.ts';
import { pause } from '../../model/pause.ts';
import type { Batch } from './entry.ts';

/** The destination of entries. */
export interface Sink {
  /**
   * Resolves when the entries are written, with the number that was refused for good. Rejects if all of them may be
   * tried again: an entry may be written twice, and has the same id then.
   */
  write(entries: readonly string[], signal: AbortSignal): Promise<number>;
  /** Ends its background work, until the signal aborts. */
  close(signal: AbortSignal): Promise<void>;
}

/** `full`: the queue is full. `refused`: by the service. `closing`: no time was left. `failed`: a fault in an entry. */
export type DropCause = 'full' | 'refused' | 'closing' | 'failed';

export interface DecisionLogCounters {
  /** So many entries were written. */
  written(entries: number): void;
  /** So many entries were dropped, and why. */
  dropped(cause: DropCause, entries: number): void;
}

export interface QueueOptions {
  readonly sink: Sink;
  readonly counters: DecisionLogCounters;
  readonly logger: Logger;
  /** Bytes of entries that may wait, at most; estimated. */
  readonly queueBytes: number;
  /** Bytes of entries that are written together; estimated. */
  readonly batchBytes: number;
  /** Milliseconds for which entries wait for more. */
  readonly delay: number;
  /** Milliseconds before a failed write is tried again; they double up to a minute. 500 by default. */
  readonly retryAfter?: number | undefined;
  /** Milliseconds that closing may take; 5,000 by default. */
  readonly closeWithin?: number | undefined;
}

const MAX_RETRY = 60_000;
/** Milliseconds between tries while closing. */
const LAST_RETRY = 100;

interface Waiting {
  readonly batch: Batch;
  /** Entries of the batch that were accepted. */
  readonly size: number;
  readonly bytesEach: number;
  next: number;
}

/**
 * Writes batches of entries to a sink, tries failed writes again until they succeed or it is closed, and drops entries beyond
 * `queueBytes`: the newest.
 */
export class EntryQueue {
  readonly #options: QueueOptions;
  readonly #waiting: Waiting[] = [];
  /** Aborted: no more entries are accepted, and the waiting ones are written at once. */
  readonly #closing = new AbortController();
  /** Aborted: nothing is waited for any more. */
  readonly #ended = new AbortController();
  #bytes = 0;
  #draining: Promise<void> | null = null;

  /** Writes nothing before the first entries. */
  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** Accepts the entries that fit in the queue; the others are dropped and counted. Never throws or waits. */
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

  /** Writes the waiting entries within `closeWithin` ms; those left then are dropped. Never rejects. */
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
      // Entries that arrive in this turn of the event loop are written together, in a later one.
      await setImmediate();
      while (this.#waiting.length > 0) {
        if (this.#bytes < this.#options.batchBytes) {
          await pause(this.#options.delay, this.#closing.signal);
        }
        if (this.#ended.signal.aborted) this.#dropAll();
        else await this.#write(await this.#nextEntries());
      }
    } finally {
      // In the same step as the last check of the queue: an entry added later starts another run.
      this.#draining = null;
    }
  }

  /** The next entries as text; yields to the event loop now and then. */
  async #nextEntries(): Promise<string[]> {
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

  /** An entry's text; null: it cannot be made. Such a fault must not end the process. */
  #textOf({ batch, next }: Waiting): string | null {
    try {
      return batch.entry(next);
    } catch (error) {
      this.#options.counters.dropped('failed', 1);
      this.#options.logger.error({ err: error }, 'an entry of the decision log cannot be written as JSON');
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
          logger.error({ entries: refused }, 'the service refused entries of the decision log');
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
            errorFields(error),
            'the decision log cannot be written; its entries wait, and are dropped when there are too many',
          );
        }
        await this.#pauseAfter(failures);
      }
    }
  }

  async #pauseAfter(failures: number): Promise<void> {
    const { retryAfter = 500 } = this.#options;
    const delay = backoff(failures + 1, { first: retryAfter, max: MAX_RETRY }, Math.random());
    if (!this.#closing.signal.aborted) await pause(delay, this.#closing.signal);
    else await pause(LAST_RETRY, this.#ended.signal);
  }

  #dropAll(): void {
    const left = this.#waiting.splice(0).reduce((sum, { size, next }) => sum + size - next, 0);
    if (left > 0) this.#options.counters.dropped('closing', left);
    this.#bytes = 0;
  }

  /** The result of `begin`; rejects with SOURCE_TIMEOUT when waiting ends. */
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

function errorFields(error: unknown): object {
  return error instanceof FederationError
    ? { code: error.code, hint: error.hint, cause: error.cause, err: error }
    : { err: error };
}
