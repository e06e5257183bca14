// Finds time buckets that are not needed, or shorter than needed: each new bucket has a cost, since everything is
// decided again.
import { BUCKETS, bucketName } from '../../policy/decisions/time.ts';
import { declaredBucket } from '../source/bucket.ts';
import { problemAt } from '../source/syntax.ts';
import type { Check, ParsedPolicy } from './check.ts';
import { isTime } from './time-bucket.ts';

/** Warns of a time bucket that no rule needs, or that is shorter than needed; no comment can allow it. */
export const wastedBucket: Check = {
  name: 'wasted-bucket',
  severity: 'warning',
  canBeAllowed: false,
  find: ({ documents, modules }: ParsedPolicy) => {
    const { bucket: declared } = declaredBucket(modules);
    if (declared === null) return [];
    const { module, location, bucket } = declared;
    const read = documents.filter(isTime).map((document) => document[3]);
    if (read.length === 0) {
      return [problemAt(module, location, 'no rule reads the time of this bucket', 'remove the declaration')];
    }
    const enough = enoughFor(read);
    if (enough === null || bucket >= enough) return [];
    const message = `the rules read only the ${enough === BUCKETS['1d'] ? 'day' : 'hour'} of the time`;
    return [problemAt(module, location, message, `declare ${bucketName(enough)}`)];
  },
};

/** The longest bucket in which these fields do not change; null: the start itself is read. */
function enoughFor(fields: readonly (string | undefined)[]) {
  if (fields.every((field) => field === 'weekday')) return BUCKETS['1d'];
  return fields.every((field) => field === 'weekday' || field === 'hour') ? BUCKETS['1h'] : null;
}
