// The time is given in whole buckets, and to those who declare one: without it a rule would read nothing, and every
// moment would be decided anew if it were given.
import { readsTime } from '../../policy/decisions/time.ts';
import { DECLARATION, declaredBucket } from '../bucket.ts';
import type { Finding } from '../problem.ts';
import type { Check, ParsedPolicy } from './check.ts';
import { findingsAt } from './places.ts';

const DAY = 86_400;

/** A bucket that is none, the time without one, and an hour that would always be the first of its day. */
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
              ? `${shown} is read as a whole, and the time with it, of which no bucket is declared`
              : `${shown} is read, and no bucket of the time is declared`,
          hint:
            shown === 'input.request'
              ? 'name the field that is read, as in input.request.at'
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

export function isTime([root, ...path]: readonly string[]): boolean {
  return root === 'input' && readsTime(path);
}
