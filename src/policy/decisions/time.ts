// The time as policies see it: the start of the time bucket that a module declares. A decision is valid for its whole
// bucket, so that it can be cached; a module that does not read the time gets none and is never evaluated again for it.
import type { ReadPath } from '../bundle/revision.ts';

/**
 * The buckets that a policy may declare, in seconds. Each divides a day, so that buckets begin at midnight UTC and no
 * weekday or date ends within one. None is shorter than a minute, because everything is decided again in each.
 */
export const BUCKETS = Object.freeze({
  '1m': 60,
  '5m': 300,
  '15m': 900,
  '30m': 1_800,
  '1h': 3_600,
  '3h': 10_800,
  '6h': 21_600,
  '12h': 43_200,
  '1d': 86_400,
});

/** Seconds; one of {@link BUCKETS}. */
export type Bucket = (typeof BUCKETS)[keyof typeof BUCKETS];

/** The days of the week as policies name them, from Sunday, as `Date` counts them. */
export const WEEKDAYS = Object.freeze([
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
] as const);

/** `input.request.time`: the start of a bucket, in UTC. */
export interface RequestTime {
  /** RFC 3339, always in the form `2026-11-22T16:00:00Z`, so that the order of texts is that of times. */
  readonly start: string;
  readonly weekday: (typeof WEEKDAYS)[number];
  /** 0 to 23. */
  readonly hour: number;
}

/**
 * The start of the bucket that contains `time`, which is in milliseconds since the epoch: as RFC 3339 to the second,
 * with its weekday and its hour (0 to 23), all in UTC. `bucket` is in seconds. Throws a RangeError for a time that
 * `Date` does not have.
 */
export function requestTime(time: number, bucket: Bucket): RequestTime {
  const start = new Date(bucketStart(time, bucket));
  return {
    start: start.toISOString().replace('.000Z', 'Z'),
    weekday: WEEKDAYS[start.getUTCDay()] ?? 'sunday',
    hour: start.getUTCHours(),
  };
}

/**
 * When the bucket that contains `time` ends and the next begins; both in milliseconds since the epoch, and the bucket
 * in seconds.
 */
export function bucketEnd(time: number, bucket: Bucket): number {
  return bucketStart(time, bucket) + bucket * 1_000;
}

function bucketStart(time: number, bucket: Bucket): number {
  const length = bucket * 1_000;
  return Math.floor(time / length) * length;
}

/**
 * The name of a bucket, which is in seconds, as policies declare it, such as `1h`; its seconds, such as `42s`, if it is
 * not in {@link BUCKETS}.
 */
export function bucketName(bucket: Bucket): string {
  return Object.entries(BUCKETS).find(([, seconds]) => seconds === bucket)?.[0] ?? `${bucket}s`;
}

/**
 * Whether a key path under `input`, of one key or more, leads to the time, within it, or to the whole request, which includes
 * it.
 */
export function readsTime([first, second]: ReadPath): boolean {
  return first === 'request' && (second === undefined || second === 'time');
}
