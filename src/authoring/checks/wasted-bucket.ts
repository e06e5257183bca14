// A bucket of the time costs: when the next one begins, all is decided anew. So none is declared that no rule reads, and
// none that is shorter than what the rules read of it.
import { BUCKETS, bucketName } from '../../policy/decisions/time.ts';
import { declaredBucket } from '../bucket.ts';
import { problemAt } from '../syntax.ts';
import type { Check, ParsedPolicy } from './check.ts';
import { isTime } from './time-bucket.ts';

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
      return [
        problemAt(module, location, 'no rule reads the time of this bucket', 'take the declaration away'),
      ];
    }
    const enough = enoughFor(read);
    if (enough === null || bucket >= enough) return [];
    const message = `the rules read no more of the time than its ${enough === BUCKETS['1d'] ? 'day' : 'hour'}`;
    return [problemAt(module, location, message, `declare ${bucketName(enough)}`)];
  },
};

/** The longest bucket in which these fields do not change; null: the begin itself is read. */
function enoughFor(fields: readonly (string | undefined)[]) {
  if (fields.every((field) => field === 'weekday')) return BUCKETS['1d'];
  return fields.every((field) => field === 'weekday' || field === 'hour') ? BUCKETS['1h'] : null;
}
