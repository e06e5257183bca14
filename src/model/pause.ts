// Waits that a signal ends early.
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Resolves after so many milliseconds, or as soon as the signal aborts, at once if it has; never rejects, since that is
 * no error.
 */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
