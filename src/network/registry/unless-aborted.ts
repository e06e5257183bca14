// Waits for what several wait for, and that goes on though one of them gives up.
import { abortFailure } from '../failure.ts';

/**
 * As `waiting`, which goes on; rejects with the error of {@link abortFailure} (SOURCE_TIMEOUT,
 * SOURCE_UNAVAILABLE or the signal's own) as soon as the signal aborts, at once if it has.
 */
export function unlessAborted<T>(waiting: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(abortFailure(signal).error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    waiting.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
