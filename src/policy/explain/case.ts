// What is explained: one record, one person, one place; and how each module sees them, so that what is told of a
// decision is what the module was given and no more.
import type { FacilityConfig } from '../../config/facility.ts';
import type { ImageRecord } from '../../model/image.ts';
import type { Place, Subject } from '../../model/subject.ts';
import { recordInput, requestInput, subjectInput } from '../input.ts';
import type { PolicyModule } from '../module.ts';
import type { WorkerPool } from '../pool.ts';

/** Who asks, and where they mean to run the image. */
export interface Circumstances {
  readonly subject: Subject;
  readonly at: Place | null;
}

export interface Case extends Circumstances {
  readonly record: ImageRecord;
}

/** One owner's module; null: it did not load. */
export interface Judge {
  readonly owner: string;
  readonly module: PolicyModule | null;
}

export interface ExplainContext {
  readonly pool: WorkerPool;
  /** Those of federation.yaml: where one may be a member, and the places that may be named. */
  readonly facilities: readonly FacilityConfig[];
  /** Values that a change may try beside those of the input and the decision: texts of the policy's sources. */
  readonly hints?: readonly string[];
}

/** `input` of a module as JSON, in the two parts that a search changes and does not change. */
export function recordJson({ projection }: PolicyModule, record: ImageRecord): string {
  return projection.record(recordInput(record));
}

/** The members `subject` and `request` of the input, without braces. */
export function circumstancesJson({ projection }: PolicyModule, { subject, at }: Circumstances): string {
  return `"subject":${projection.subject(subjectInput(subject))},"request":${projection.request(requestInput(at))}`;
}

/** The whole input of a module. */
export function inputJson(module: PolicyModule, { record, ...circumstances }: Case): string {
  return `{"record":${recordJson(module, record)},${circumstancesJson(module, circumstances)}}`;
}
