// Waiting for an abort signal, as commands that serve do until they are ended.

/** Resolves once the signal aborts; at once if it has aborted already. Never rejects. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
