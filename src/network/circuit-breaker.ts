// A circuit breaker: after some failures in a row a server is left alone for a while, then tried by one request.
import type { MonotonicClock } from '../model/clock.ts';

export interface BreakerOptions {
  /** Failures in a row that open it. */
  readonly threshold: number;
  /** Milliseconds for which it stays open before one request may try. */
  readonly coolDown: number;
  readonly clock: MonotonicClock;
}

/** Every `admit()` that returned true is followed by exactly one of `succeeded`, `failed` and `abandoned`. */
export interface Breaker {
  /** Whether a request may be sent. In the half-open state true for one request at a time. */
  admit(): boolean;
  /** The request was answered: closes it, also one that was sent before it opened. */
  succeeded(): void;
  /** The request failed because of the server. */
  failed(): void;
  /** The request ended and says nothing about the state of the server; after a trial, the next request may try. */
  abandoned(): void;
}

/**
 * A closed breaker. It opens after `threshold` failures in a row; `coolDown` milliseconds later one request
 * may try, whose success closes it, and whose failure opens it again for as long. A request that was sent
 * before it opened and fails afterwards begins that time anew. Its methods never throw.
 */
export function createBreaker({ threshold, coolDown, clock }: BreakerOptions): Breaker {
  let failures = 0;
  let openedAt = 0;
  let probing = false;
  return {
    admit() {
      if (failures < threshold) return true;
      if (probing || clock.monotonic() - openedAt < coolDown) return false;
      probing = true;
      return true;
    },
    succeeded() {
      failures = 0;
      probing = false;
    },
    failed() {
      failures += 1;
      probing = false;
      if (failures >= threshold) openedAt = clock.monotonic();
    },
    abandoned() {
      probing = false;
    },
  };
}
