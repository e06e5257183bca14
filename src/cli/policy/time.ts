// The time at which a policy is asked: as a person gives it, and as the policies see it.
import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { bucketName, requestTime } from '../../policy/decisions/time.ts';
import type { PolicyModule } from '../../policy/wasm/module.ts';

const rfc3339 = z.iso.datetime({ offset: true });

/** Milliseconds since the epoch of an RFC 3339 time. Throws what commander tells as a mistake in the command line. */
export function timeOf(text: string): number {
  if (rfc3339.safeParse(text).success) return Date.parse(text);
  throw new InvalidArgumentError('Expected a time with its zone, such as 2026-12-24T18:00:00Z.');
}

/** Of the bucket that a module is given, for JSON and for people; null: it reads no time. */
export interface ShownTime {
  readonly start: string;
  /** As its policy declares it: `1h`. */
  readonly bucket: string;
}

export function shownTime({ bucket }: Pick<PolicyModule, 'bucket'>, time: number): ShownTime | null {
  return bucket === null ? null : { start: requestTime(time, bucket).start, bucket: bucketName(bucket) };
}
