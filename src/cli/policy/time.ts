// The time at which policies are asked: as a person gives it, and as a policy sees it.
import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { bucketName, requestTime } from '../../policy/decisions/time.ts';
import type { PolicyModule } from '../../policy/wasm/module.ts';

const rfc3339 = z.iso.datetime({ offset: true });

/** Milliseconds since the epoch of an RFC 3339 time. Throws commander's InvalidArgumentError for anything else. */
export function timeOf(text: string): number {
  if (rfc3339.safeParse(text).success) return Date.parse(text);
  throw new InvalidArgumentError('Expected a time with its zone, such as 2026-12-24T18:00:00Z.');
}

/** The bucket of time that a module is given, for JSON and for people. */
export interface ShownTime {
  /** RFC 3339, in UTC. */
  readonly start: string;
  /** The bucket's length, as its policy declares it: `1h`. */
  readonly bucket: string;
}

/**
 * The bucket of a time, which is in milliseconds since the epoch: its start (RFC 3339, UTC) and its name; null if the
 * module does not read the time.
 */
export function shownTime({ bucket }: Pick<PolicyModule, 'bucket'>, time: number): ShownTime | null {
  return bucket === null ? null : { start: requestTime(time, bucket).start, bucket: bucketName(bucket) };
}
