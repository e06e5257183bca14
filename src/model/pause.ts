// Waits that a signal ends early.
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Resolves after so many milliseconds, or as soon as the signal aborts; that is no error, and it does not reject then.
 * An aborted signal makes it resolve at once.
 */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
