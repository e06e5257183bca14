// What the main thread computes, which other processes on the machine do not lengthen as they do the time of a clock.
import { readFileSync } from 'node:fs';

/** Milliseconds between two looks at a thread that is not held. */
const LOOK_MS = 5;

/** Milliseconds that this process's main thread has computed. Where the system does not say so, the time of the clock. */
export function computed(): number {
  try {
    return Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ', 1)[0]) / 1e6;
  } catch {
    return performance.now();
  }
}

/** The result of the work, and the most milliseconds that the main thread computed at a stretch while it ran. */
export async function heldBy<T>(
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly held: number }> {
  let held = 0;
  let last = computed();
  const look = (): void => {
    const now = computed();
    held = Math.max(held, now - last);
    last = now;
  };
  const looking = setInterval(look, LOOK_MS);
  try {
    const result = await work();
    look();
    return { result, held };
  } finally {
    clearInterval(looking);
  }
}
