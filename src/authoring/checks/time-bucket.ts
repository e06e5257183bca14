// Finds rules that read the time without a declared bucket. The time is given in whole buckets, and only to policies that
// declare one; otherwise every decision would have to be made again at each moment.
import { readsTime } from '../../policy/decisions/time.ts';
import { DECLARATION, declaredBucket } from '../source/bucket.ts';
import type { Finding } from '../source/problem.ts';
import type { Check, ParsedPolicy } from './check.ts';
import { findingsAt } from './places.ts';

const DAY = 86_400;

/** Wrong buckets, the time without a bucket, and an hour that would always be the first of its day. */
export const timeBucket: Check = {
  name: 'time-bucket',
  severity: 'error',
  canBeAllowed: false,
  find: ({ owner, documents, modules }: ParsedPolicy) => {
    const { bucket, problems } = declaredBucket(modules);
    if (problems.length > 0) return problems;
    return documents.filter(isTime).flatMap((document): Finding[] => {
      const shown = document.join('.');
      if (bucket === null) {
        return findingsAt(owner, modules, document, {
          message:
            shown === 'input.request'
              ? `${shown} is read as a whole, and so is the time, but no bucket is declared`
              : `${shown} is read, but no time bucket is declared`,
          hint:
            shown === 'input.request'
              ? 'name the field, as in input.request.at'
              : `declare one: ${DECLARATION}`,
        });
      }
      if (bucket.bucket !== DAY || shown !== 'input.request.time.hour') return [];
      return findingsAt(owner, modules, document, {
        message: `${shown} is always 0 in buckets of a day`,
        hint: 'declare a shorter bucket, such as 1h',
      });
    });
  },
};

/** Whether a document of `opa deps` is the time, or the request with it. */
export function isTime([root, ...path]: readonly string[]): boolean {
  return root === 'input' && readsTime(path);
}
