// Clocks that a test turns: one whose time passes when it is told to, with what is due meanwhile, one that runs and jumps
// when it is told to, and one that is read from a variable of the test.
import { type Clock, SYSTEM_CLOCK } from '../../src/model/clock.ts';

export interface FakeClock extends Clock {
  /** Lets the time pass, and calls what is due meanwhile at its time, in order. */
  pass(milliseconds: number): void;
  /** Sets the machine's clock forth, or back where it is negative: no time passes. */
  set(milliseconds: number): void;
}

/** Its times begin apart, so that nothing taken for the other passes by chance. */
export function fakeClock(): FakeClock {
  let wall = 1_700_000_000_000;
  let monotonic = 1_000;
  const alarms = new Set<{ at: number; call: () => void }>();
  const passTo = (at: number): void => {
    wall += at - monotonic;
    monotonic = at;
  };
  return {
    wall: () => wall,
    monotonic: () => monotonic,
    after(milliseconds, call) {
      const alarm = { at: monotonic + milliseconds, call };
      alarms.add(alarm);
      return () => void alarms.delete(alarm);
    },
    pass(milliseconds) {
      const until = monotonic + milliseconds;
      for (;;) {
        const [next] = [...alarms].sort((one, other) => one.at - other.at);
        if (next === undefined || next.at > until) break;
        alarms.delete(next);
        passTo(next.at);
        next.call();
      }
      passTo(until);
    },
    set(milliseconds) {
      wall += milliseconds;
    },
  };
}

/** The system's clock, and what a test lets pass or sets beside; timers are real, and are not called for that. */
export function clockAhead(): FakeClock {
  let passed = 0;
  let set = 0;
  return {
    ...SYSTEM_CLOCK,
    wall: () => SYSTEM_CLOCK.wall() + passed + set,
    monotonic: () => SYSTEM_CLOCK.monotonic() + passed,
    pass(milliseconds) {
      passed += milliseconds;
    },
    set(milliseconds) {
      set += milliseconds;
    },
  };
}

/** Both of its times are what the function gives; timers are real. */
export function clockOf(now: () => number): Clock {
  return { ...SYSTEM_CLOCK, wall: now, monotonic: now };
}
