// What a crawl leaves to the next one: images whose documents are not known, once the time or the requests are used up.
import { retryAfterOf } from '../../network/registry/rate-limit-error.ts';
import type { UnfinishedCrawl } from '../source.ts';

/** A document that is not asked for any more in this crawl. */
export class NotYet extends Error {
  override readonly name = 'NotYet';
}

/** Whether documents are asked for, and what was left out. */
export interface Remainder {
  /**
   * Asks for a document. Rejects with {@link NotYet} where the registry allows no more for now
   * (RATE_LIMITED), or did so before, or the time is over, and as the work does.
   */
  asking<T>(work: () => Promise<T>): Promise<T>;
  /** Notes that an image was left out. */
  leave(): void;
  /** Why documents are not asked for any more; null: they are, or the time is over. */
  failure(): unknown;
  /** null: nothing was left out. */
  unfinished(): UnfinishedCrawl | null;
}

/**
 * What a crawl leaves to the next one: nothing yet. `enough`: aborts when the time for documents is over;
 * undefined: never. `asking` rejects with {@link NotYet} from then on, and once the registry answers no more
 * requests (RATE_LIMITED), else as the work does.
 */
export function createRemainder(enough: AbortSignal | undefined): Remainder {
  let isLeft = false;
  let resumeAt: number | null = null;
  let failure: unknown = null;
  const check = (): void => {
    if (resumeAt !== null || enough?.aborted) throw new NotYet();
  };
  return {
    async asking(work) {
      check();
      try {
        return await work();
      } catch (error) {
        const at = retryAfterOf(error);
        if (at === null) throw error;
        failure ??= error;
        resumeAt = Math.max(resumeAt ?? 0, at);
        throw new NotYet();
      }
    },
    leave() {
      isLeft = true;
    },
    failure: () => failure,
    unfinished: () => (isLeft ? { resumeAt } : null),
  };
}
