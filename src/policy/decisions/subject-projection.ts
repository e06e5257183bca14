// Who asks, from where and when, as one module sees it: what is decided is kept by this, and by nothing else of a request.
import type { Place, Subject } from '../../model/subject.ts';
import type { PolicyModule } from '../wasm/module.ts';
import { requestInput, subjectInput } from './input.ts';
import { bucketEnd, requestTime } from './time.ts';

/** JSON of the projections. */
export interface SubjectProjection {
  readonly subject: string;
  readonly request: string;
  /** Milliseconds since the epoch at which the module sees another time; null: it reads none. */
  readonly until: number | null;
}

/** `time`: milliseconds since the epoch, of the request. */
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
