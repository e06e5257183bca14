// When to ask again: exponential delays with full jitter, so that a server that comes back is not met by all at once.
import { setTimeout as sleep } from 'node:timers/promises';
import { doubled } from '../model/backoff.ts';

export interface Backoff {
  /** Requests after the first. */
  readonly retries: number;
  /** Milliseconds: the most before the first retry; it doubles with each. */
  readonly initial: number;
  /** Milliseconds: the most before any retry. A server that asks for a longer wait is not asked again. */
  readonly longest: number;
  /** From 0 to 1. */
  readonly random: () => number;
}

/**
 * Milliseconds to wait before retry number `retry` (from 0), at least `asked`; null: not again.
 * Full jitter: any wait up to the exponential bound is as likely as any other.
 */
export function delayBefore(retry: number, asked: number | null, backoff: Backoff): number | null {
  if (asked === null || retry >= backoff.retries || asked > backoff.longest) return null;
  return asked + backoff.random() * doubled(retry + 1, { first: backoff.initial, most: backoff.longest });
}

/** Waits, or returns at once when the signal aborts. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
