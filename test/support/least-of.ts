// Measures of time on a machine that has other work: what that takes from one measure it seldom takes from three.

/** How often something is measured that took too long. */
const TIMES = 3;

/** The first measure below the limit, both in one unit; else the least of three. */
export async function leastOf(limit: number, measure: () => number | Promise<number>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let time = 0; time < TIMES && least >= limit; time += 1) least = Math.min(least, await measure());
  return least;
}
