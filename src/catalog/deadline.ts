// The end of one refresh: its deadline, or the gateway's own end, as one signal; and waiting that ends with it. A registry
// that answers in time is not late because the gateway was busy with its callers: what counts is the time in which the
// gateway waited and could have heard the answer.

import type { Clock } from '../model/clock.ts';
import { FederationError } from '../model/errors.ts';

export interface Deadline {
  readonly signal: AbortSignal;
  /**
   * Waits for work of the registry; only this waiting counts. Rejects with the signal's reason as soon as it is
   * aborted, also if the work does not observe it, and as the work does.
   */
  awaiting<T>(work: Promise<T>): Promise<T>;
  /** Within {@link awaiting}: waits for work that the registry has no part in, which does not count. */
  uncounted<T>(waiting: Promise<T>): Promise<T>;
  /**
   * Aborts once so many of its milliseconds have passed from now on, or a little later: a part of it, after which the work goes
   * on. Of more than are left it may never abort.
   */
  passed(milliseconds: number): AbortSignal;
  /** Ends it now, by default with SOURCE_UNAVAILABLE, because the gateway stops. */
  stop(reason?: FederationError): void;
}

/**
 * Milliseconds of one slice of the time. A slice counts as no more, however long the event loop was blocked during it.
 * A slice that ends early counts as the time that passed, else a registry that always answers a little earlier would
 * have no deadline.
 */
const SLICE = 100;

/**
 * A deadline after so many milliseconds of waiting for the registry, as the monotonic clock counts them in
 * slices of 100. The signal's reason is then a TimeoutError, as that of AbortSignal.timeout;
 * {@link failureOf} makes SOURCE_TIMEOUT of it. `awaiting` rejects with that reason, or that of `stop`, by
 * default SOURCE_UNAVAILABLE, and as the work does; `uncounted` as the work.
 */
export function createDeadline(milliseconds: number, clock: Clock): Deadline {
  const controller = new AbortController();
  let left = milliseconds;
  /** What is to be aborted when no more than so many milliseconds are left. */
  let parts: { readonly left: number; readonly controller: AbortController }[] = [];

  function tick(): () => void {
    const slice = Math.min(SLICE, left, ...parts.map((part) => left - part.left));
    const begun = clock.monotonic();
    const callOff = clock.after(slice, () => {
      charge(slice);
      end = left > 0 ? tick() : () => undefined;
    });
    let end = (): void => {
      callOff();
      charge(Math.min(slice, Math.max(0, clock.monotonic() - begun)));
    };
    return () => end();
  }

  function charge(passed: number): void {
    left -= passed;
    for (const part of parts) if (part.left >= left) part.controller.abort();
    parts = parts.filter((part) => part.left < left);
    if (left > 0) return;
    controller.abort(new DOMException(`not done within ${milliseconds} ms`, 'TimeoutError'));
  }

  /** Waits that have not ended, and those among them that do not count at present. */
  let awaited = 0;
  let elsewhere = 0;
  let stopCounting: (() => void) | null = null;

  function count(): void {
    const counts = awaited > elsewhere;
    if (counts && stopCounting === null) stopCounting = tick();
    else if (!counts && stopCounting !== null) {
      stopCounting();
      stopCounting = null;
    }
  }

  return {
    signal: controller.signal,
    async awaiting(work) {
      awaited += 1;
      count();
      try {
        return await abortable(work, controller.signal);
      } finally {
        awaited -= 1;
        count();
      }
    },
    async uncounted(waiting) {
      elsewhere += 1;
      count();
      try {
        return await waiting;
      } finally {
        elsewhere -= 1;
        count();
      }
    },
    passed(part) {
      const controller = new AbortController();
      parts.push({ left: left - part, controller });
      return controller.signal;
    },
    stop: (reason = new FederationError('SOURCE_UNAVAILABLE', 'the gateway is stopping')) =>
      controller.abort(reason),
  };
}

/**
 * The result of the work. Rejects as the work does, and with the signal's reason as soon as it is aborted, also if the
 * work does not observe it; work that has ended before counts as it ended.
 */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
  });
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
    // If the signal was first, a later rejection of the work is not an unhandled one.
    work.catch(() => undefined);
  }
}
