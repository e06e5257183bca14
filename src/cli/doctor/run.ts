// One run over a registry: its steps, each with the checks that it gives, within a time.
import type { Clock } from '../../model/clock.ts';
import { abortFailure } from '../../network/failure.ts';
import type { HttpClient } from '../../network/http-client.ts';
import type { CrawledRegistry } from '../../sources/oci/registry.ts';
import { attempted, type Check, type CheckId, fail, skip } from './check.ts';

/** What a kind's checks need. */
export interface Run {
  readonly httpClient: HttpClient;
  readonly clock: Clock;
  /** Aborts when the time is over. */
  readonly signal: AbortSignal;
  /** Images of the sample. */
  readonly sample: number;
  /** Adds the checks that the work gives; where it fails, one for each of `ids`. */
  step(ids: readonly CheckId[], work: () => Promise<readonly Check[]> | readonly Check[]): Promise<void>;
}

export interface RunOptions extends Omit<Run, 'step'> {
  /** Called with the first check of each step before it begins. */
  readonly onStep: (id: CheckId) => void;
}

/**
 * A run without checks; they are added to `checks`, as {@link attempted} gives them. Where the time is over
 * (`signal`), the next check fails, so that what was not judged does not pass, and the others are skipped. A
 * step rejects with what is no FederationError.
 */
export function createRun({ onStep, ...options }: RunOptions, checks: Check[]): Run {
  const { signal } = options;
  let isReported = false;

  function late(ids: readonly CheckId[]): readonly Check[] {
    const [first, ...others] = ids;
    if (first === undefined || isReported) return ids.map((id) => skip(id, OVER));
    return [
      fail(first, OVER, 'Give it more time, or see why the registry is slow.'),
      ...others.map((id) => skip(id, OVER)),
    ];
  }

  return {
    ...options,
    async step(ids, work) {
      if (ids[0] !== undefined) onStep(ids[0]);
      const given = signal.aborted ? late(ids) : await attempted(ids, work);
      checks.push(...given);
      isReported ||= signal.aborted && given.some(({ status }) => status === 'fail');
    },
  };
}

/**
 * The registry, but that `ask` rejects with SOURCE_TIMEOUT once the time is over, also for questions under way
 * that the signal ended; others reject as `registry.ask` does. `askApi` stays as it is.
 */
export const inTime = (registry: CrawledRegistry): CrawledRegistry => ({
  ...registry,
  async ask(question) {
    if (registry.signal.aborted) throw abortFailure(registry.signal).error;
    return registry.ask(question).catch((error: unknown) => {
      throw error === registry.signal.reason ? abortFailure(registry.signal).error : error;
    });
  },
});

const OVER = 'the time of --timeout is over';
