// How many requests a registry is sent: no more than federation.yaml allows in any window, and none while the registry
// itself says that it answers no more.
import type { Clock } from '../../model/clock.ts';
import type { FederationError } from '../../model/errors.ts';
import { pause } from '../../model/pause.ts';
import { abortFailure } from '../failure.ts';
import { retryAfter } from '../retry-after.ts';
import { upstreamText } from '../upstream-text.ts';
import { rateLimited } from './rate-limit-error.ts';
import { readRateLimit } from './rate-limit-headers.ts';

export interface RequestBudgetOptions {
  /** Requests in any `window` of milliseconds; null: as many as the registry answers. */
  readonly configured: { readonly requests: number; readonly window: number } | null;
  readonly clock: Clock;
}

type Headers = Readonly<Record<string, string>>;

export interface RequestBudget {
  /**
   * Counts one request, once it may be sent. Waits for at most 10 seconds; rejects with RATE_LIMITED where
   * the wait would be longer, and with the error of {@link abortFailure} once the signal aborts. `sparing`
   * (by default false): half of the configured requests are left to those that are not.
   */
  take(signal: AbortSignal, sparing?: boolean): Promise<void>;
  /** Reads what an answer says of the registry's own limit, by names of headers in lower case. */
  observe(headers: Headers): void;
  /**
   * Reads a 429; `attempt` counts from 0. Returns where it is worth asking again: then `take` waits as long
   * as it must. `excerpt`, the beginning of the body, is for the log.
   * @throws FederationError RATE_LIMITED where the wait is longer than 10 seconds, or it is the third 429.
   */
  refused(headers: Headers, attempt: number, excerpt: string): void;
}

/** Milliseconds that are worth waiting for. */
const PATIENCE = 10_000;

/** Milliseconds after which a registry is asked again, whatever it says. */
const LONGEST = 86_400_000;

/** Milliseconds after which it is asked again where it says nothing. */
const UNSAID = 60_000;

/** 429s in a row for which a request is repeated. */
const REPEATED = 2;

/** Parts of a window that are counted apart. */
const SLOTS = 64;

/**
 * A budget of which nothing is used yet, in windows of milliseconds. Once the registry answers no more, none
 * is sent for as long as it says, at most a day; where it does not say, for its window's share of one request
 * (at least a minute, or the window if that is shorter), else for a minute, or for a second and then two
 * after the first 429s of a request. `take` and `refused` fail with RATE_LIMITED as {@link RequestBudget}
 * says.
 */
export function createRequestBudget({ configured, clock }: RequestBudgetOptions): RequestBudget {
  const counted = configured === null ? null : createWindow(configured.requests, configured.window);
  /** In monotonic milliseconds. */
  let closedUntil = Number.NEGATIVE_INFINITY;

  const closeFor = (wait: number): void => {
    closedUntil = Math.max(closedUntil, clock.monotonic() + Math.min(wait, LONGEST));
  };
  const limited = (wait: number, message: string, cause?: Error): FederationError =>
    rateLimited(message, Math.ceil(clock.wall() + wait), cause);

  return {
    async take(signal, sparing = false) {
      const since = clock.monotonic();
      for (;;) {
        if (signal.aborted) throw abortFailure(signal).error;
        const now = clock.monotonic();
        const [closed, full] = [closedUntil - now, counted?.wait(now, sparing) ?? 0];
        const wait = Math.max(closed, full);
        if (wait <= 0) break;
        if (now - since + wait > PATIENCE) {
          const whose =
            full > closed ? 'the request budget of the registry allows no more requests' : NO_MORE;
          throw limited(wait, whose);
        }
        await pause(wait, signal);
      }
      counted?.count(clock.monotonic());
    },
    observe(headers) {
      const said = readRateLimit(headers, clock.wall());
      if (said === null || said.remaining > 0) return;
      closeFor(said.reset ?? share(said) ?? UNSAID);
    },
    refused(headers, attempt, excerpt) {
      const now = clock.wall();
      const said = readRateLimit(headers, now);
      const told = retryAfter(headers, now) ?? said?.reset ?? (said === null ? null : share(said));
      const wait = Math.min(told ?? (attempt < REPEATED ? 1_000 * 2 ** attempt : UNSAID), LONGEST);
      closeFor(wait);
      if (wait > PATIENCE || attempt >= REPEATED) {
        throw limited(Math.max(wait, closedUntil - clock.monotonic()), NO_MORE, upstreamText(excerpt));
      }
    },
  };
}

const NO_MORE = 'the registry answers no more requests';

/** Milliseconds in which one request of the window becomes free, on average; null where the registry says too little. */
function share({
  limit,
  window,
}: {
  readonly limit: number | null;
  readonly window: number | null;
}): number | null {
  if (window === null) return null;
  return Math.max(Math.min(UNSAID, window), window / Math.max(1, limit ?? 1));
}

interface Window {
  /** Milliseconds until one more may be counted; 0: now. `sparing`: within half of the window's requests, one at least. */
  wait(now: number, sparing: boolean): number;
  count(now: number): void;
}

/** Counts in parts of the window, so that a part leaves at once and memory is bounded: never more than `most`. */
function createWindow(most: number, length: number): Window {
  const slot = length / SLOTS;
  const slots: { readonly number: number; count: number }[] = [];
  let sum = 0;
  const expire = (now: number): void => {
    while (slots[0] !== undefined && (slots[0].number + 1) * slot + length <= now)
      sum -= slots.shift()?.count ?? 0;
  };
  return {
    wait(now, sparing) {
      expire(now);
      const [oldest] = slots;
      return sum < (sparing ? Math.ceil(most / 2) : most) || oldest === undefined
        ? 0
        : (oldest.number + 1) * slot + length - now;
    },
    count(now) {
      const number = Math.floor(now / slot);
      const last = slots.at(-1);
      if (last?.number === number) last.count += 1;
      else slots.push({ number, count: 1 });
      sum += 1;
    },
  };
}
