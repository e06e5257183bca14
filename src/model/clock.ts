// The time, handed to every part that reads it, so that tests can let hours pass. Two clocks, since neither does the
// other's work: the machine's clock may be set back or forth, and the monotonic one knows no date and may stand still
// while the machine sleeps.

/** For times and ages that are shown, and for what is dated outside, such as a token's end. */
export interface WallClock {
  /** Milliseconds since the epoch. */
  wall(): number;
}

/** For durations: how long something took, is kept, or is waited for. */
export interface MonotonicClock {
  /** Milliseconds since some moment; never goes back. */
  monotonic(): number;
}

export interface Clock extends WallClock, MonotonicClock {
  /** Calls once after so many milliseconds; the answer calls it off, and does nothing after the call. */
  after(milliseconds: number, call: () => void): () => void;
}

/** The clocks of this machine. */
export const SYSTEM_CLOCK: Clock = Object.freeze({
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  after(milliseconds: number, call: () => void) {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
});
