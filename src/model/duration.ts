// Durations as schedulers write them.

const FULL = /^(?:(\d{1,5})-)?(\d{1,5}):([0-5]\d):([0-5]\d)$/;

/**
 * The seconds of a duration as Slurm writes it with hours: `[days-]hours:minutes:seconds`, as `7-00:00:00` or `12:30:00`; null for
 * anything else, and for none at all. What Slurm reads besides (`90` are minutes) would be taken for seconds, and is not read.
 */
export function parseSeconds(text: string): number | null {
  const [, days = '0', hours, minutes, seconds] = FULL.exec(text.trim()) ?? [];
  if (hours === undefined) return null;
  const total = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  return total > 0 ? total : null;
}

/** Whole seconds, 0 or more, as `[days-]hours:minutes:seconds`, which Slurm reads. */
export function durationText(seconds: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const days = Math.floor(seconds / 86_400);
  const clock = `${two((seconds % 86_400) / 3_600)}:${two((seconds % 3_600) / 60)}:${two(seconds % 60)}`;
  return days > 0 ? `${days}-${clock}` : clock;
}
