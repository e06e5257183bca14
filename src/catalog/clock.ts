// Time as the catalog sees it, so that tests can let hours pass.

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls once after so many milliseconds; the answer calls it off. */
  after(milliseconds: number, call: () => void): () => void;
}

export const SYSTEM_CLOCK: Clock = Object.freeze({
  // Never set back or forth, as the machine's clock may be: an age is a difference of two of these.
  now: () => Math.round(performance.timeOrigin + performance.now()),
  after(milliseconds: number, call: () => void) {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
});
