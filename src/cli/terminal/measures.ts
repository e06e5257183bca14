// Seconds as people read them.

/**
 * An age in seconds, rounded, in the largest unit that it has two or more of: `42 s`, `3 min`, `5 h`, `2 d`; `?` for
 * null.
 */
export function ageText(seconds: number | null): string {
  if (seconds === null) return '?';
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`;
}
