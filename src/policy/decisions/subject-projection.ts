// The subject, place and time of a request as one module sees them: the only parts of a request by which decisions are
// cached.
import type { Place, Subject } from '../../model/subject.ts';
import type { PolicyModule } from '../wasm/module.ts';
import { requestInput, subjectInput } from './input.ts';
import { bucketEnd, requestTime } from './time.ts';

/** The projections, as JSON. */
export interface SubjectProjection {
  readonly subject: string;
  readonly request: string;
  /** Milliseconds since the epoch at which the module sees another time; null: it does not read the time. */
  readonly until: number | null;
}

/**
 * The subject and the request as JSON of what the module reads; `at` null: no place. `time` is the request's, in
 * milliseconds since the epoch; so is `until`, when the module's time bucket ends; null: it declares none. Throws as
 * {@link requestTime} does.
 */
export function projectSubject(
  { projection, bucket }: Pick<PolicyModule, 'projection' | 'bucket'>,
  subject: Subject,
  at: Place | null,
  time: number,
): SubjectProjection {
  const request = bucket === null ? requestInput(at) : requestInput(at, requestTime(time, bucket));
  return {
    subject: projection.subject(subjectInput(subject)),
    request: projection.request(request),
    until: bucket === null ? null : bucketEnd(time, bucket),
  };
}
