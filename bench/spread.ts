// A figure that was measured several times: minimum, median and maximum.

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Minimum, median (the mean of the middle two for an even number) and maximum; NaN for an empty list. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const middle = sorted.length / 2;
  const median = sorted.length % 2 === 1 ? at(Math.floor(middle)) : (at(middle - 1) + at(middle)) / 2;
  return { min: at(0), median, max: at(sorted.length - 1) };
}

/** Median, minimum and maximum: `12.3 (11.0 – 14.1)`. */
export function spreadText({ min, median, max }: Spread): string {
  return `${figure(median)} (${figure(min)} – ${figure(max)})`;
}

/** A number with three significant digits (two below 0.01); `–` if it is not finite. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value >= 100) return value.toFixed(0);
  return value.toPrecision(value < 0.01 ? 2 : 3);
}
