// Work that ends with a signal or after a time, whichever is first.

/**
 * Gives the work a signal that aborts with the reason of `signal`, or after so many milliseconds with a
 * TimeoutError, as that of AbortSignal.timeout. Rejects as the work does. Nothing is left at `signal`:
 * AbortSignal.any leaves a signal for each call, which one that lasts would keep for a hundred thousand of
 * them. It waits for the work in any case, also for one that ignores its signal.
 */
export async function within<T>(
  milliseconds: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  const giveUp = (): void => ended.abort(signal.reason);
  const timer = setTimeout(() => {
    ended.abort(new DOMException(`not done within ${milliseconds} ms`, 'TimeoutError'));
  }, milliseconds);
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await work(ended.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
  }
}
