// How long a registry that fails is left alone by those who do not ask for fresh answers.

const FIRST = 5_000;
const MOST = 300_000;

/**
 * Milliseconds after so many failures in a row: doubling from 5 s to 5 min, of which a random half, so that labs that
 * failed together are not asked together.
 * @param random from 0 to 1
 */
export function backoff(failures: number, random: number): number {
  const whole = Math.min(FIRST * 2 ** Math.max(0, failures - 1), MOST);
  return whole / 2 + (whole / 2) * random;
}
