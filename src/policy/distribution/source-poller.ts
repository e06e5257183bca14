// Polls one lab's source and hands each new archive to be accepted: soon after a change, rarely without one, and ever
// more rarely while it fails. An archive is refused once; one that costs too much is tried again a few times, since the
// machine may have been busy. After each archive it pauses for as long as that one took, whatever the outcome, so that
// a lab that signs without end uses half of one core at most, and the other labs come first.
import type { Logger } from 'pino';
import { backoff } from '../../model/backoff.ts';
import type { Clock } from '../../model/clock.ts';
import { digestOf } from '../../model/digest.ts';
import { type ErrorCode, FederationError } from '../../model/errors.ts';
import { pause } from '../../model/pause.ts';
import type { BundleFetcher } from './bundle-fetcher.ts';
import { readRefusal } from './state/refusal-note.ts';
import type { PolicyState } from './state/state.ts';

export interface SourcePollerOptions {
  readonly owner: string;
  readonly fetcher: BundleFetcher;
  /** Rejects if the archive is not accepted, or cannot be processed at the moment. */
  readonly accept: (archive: Uint8Array, signal: AbortSignal) => Promise<'kept' | 'unchanged'>;
  /** Runs `accept`, for the pollers of all labs one after the other. */
  readonly limit: <Result>(work: () => Promise<Result>) => Promise<Result>;
  readonly state: Pick<PolicyState, 'refusal' | 'refuse'>;
  /** The source answered a poll. */
  readonly onAsked: (owner: string) => void;
  /** An archive of so many bytes arrived that was not handled yet. */
  readonly onArrived: (owner: string, bytes: number) => void;
  /** The stored policy, or its refusal, may have changed; `error`: why it was refused, null: it was not. */
  readonly onChange: (owner: string, error: FederationError | null) => void;
  /** A poll ended; `error`: why no archive was accepted. Must not throw. */
  readonly onRound: (owner: string, error: unknown) => void;
  /**
   * Milliseconds to wait after so many failures, or refused archives, in a row; `code` is that of the last one. By default as
   * {@link startSourcePoller} says.
   */
  readonly waitAfter?: (failures: number, code: ErrorCode) => number;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface SourcePoller {
  /** Aborts the running poll, and resolves when it has ended. */
  close(): Promise<void>;
}

/** The codes by which an archive is refused for good (a costly one after a few tries); others are tried again. */
const FINAL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'POLICY_INVALID',
  'POLICY_TOO_COSTLY',
  'POLICY_UNSIGNED',
  'POLICY_REPLAYED',
  'POLICY_TESTS_FAILED',
]);

/** Times that a too costly archive is tried, until there is another one or the process restarts. */
const COSTLY_TRIES = 3;

/**
 * Polls until it is closed, and never throws. A refused archive is stored as the owner's refusal and reported to
 * `onChange`, unless the state cannot be read; a fetch that fails, or an archive that is tried again, is logged.
 * `onRound` gets both. It waits `fetcher.pause()`, after failures and refusals as `waitAfter` says (by default
 * {@link backoff} from 1,000 to 120,000 ms, and around 120,000 at once for one that is too costly), and at least
 * as long as the last archive took.
 */
export function startSourcePoller(options: SourcePollerOptions): SourcePoller {
  const { owner, fetcher, onAsked, onArrived, onRound, logger, waitAfter = waitAfterFailures } = options;
  const stop = new AbortController();
  const { signal } = stop;
  /** The digest of the archive that was accepted or refused: not every source has entity tags. */
  let handled: string | null = null;
  let costly = { digest: '', tries: 0 };
  /** Refusals in a row. */
  let refusals = 0;
  /** Milliseconds that processing the last archive took, without the wait for the limit. */
  let worked = 0;

  const accept: SourcePollerOptions['accept'] = (archive) =>
    options.limit(async () => {
      signal.throwIfAborted();
      const began = options.clock.monotonic();
      try {
        return await options.accept(archive, signal);
      } finally {
        worked = options.clock.monotonic() - began;
      }
    });

  /**
   * Why the archive is refused for good; null: it is not, or there is no new one. Rejects with errors worth another
   * try.
   */
  async function once(): Promise<FederationError | null> {
    const archive = await fetcher.fetchNew(signal);
    onAsked(owner);
    if (archive === null) return null;
    const digest = digestOf(archive);
    let refusal: FederationError | null = null;
    if (digest !== handled) {
      onArrived(owner, archive.byteLength);
      refusal = await activateBundle(archive, digest, { ...options, accept }, signal);
      refusals = refusal === null ? 0 : refusals + 1;
    }
    if (refusal?.code === 'POLICY_TOO_COSTLY') {
      costly = { digest, tries: costly.digest === digest ? costly.tries + 1 : 1 };
      if (costly.tries < COSTLY_TRIES) throw refusal;
    }
    handled = digest;
    fetcher.handled();
    return refusal;
  }

  async function run(): Promise<void> {
    let failures = 0;
    let logged: ErrorCode | null = null;
    while (!signal.aborted) {
      let wait: number;
      worked = 0;
      try {
        const refusal = await once();
        if (logged !== null && refusal === null) {
          logger.info({ owner, place: fetcher.place }, 'a lab’s policy can be fetched again');
        }
        failures = 0;
        logged = null;
        // Otherwise a source that always has another archive to refuse, the lab's or not, would keep this process busy.
        wait =
          refusal === null ? fetcher.pause() : Math.max(fetcher.pause(), waitAfter(refusals, refusal.code));
        onRound(owner, refusal);
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        const code = error instanceof FederationError ? error.code : 'INTERNAL';
        const level = code === logged ? 'debug' : 'error';
        logger[level](
          { owner, place: fetcher.place, code, ...hintOf(error), failures, err: error },
          'a lab’s policy could not be fetched; the one in force stays',
        );
        logged = code;
        wait = waitAfter(failures, code);
        onRound(owner, error);
      }
      await pause(Math.max(wait, worked), signal);
    }
  }

  const ended = run();
  return {
    close: () => {
      stop.abort();
      return ended;
    },
  };
}

/** Why it is refused; null: it is not. Rejects with errors worth another try. */
async function activateBundle(
  archive: Uint8Array,
  digest: string,
  { owner, accept, state, onChange, clock }: SourcePollerOptions,
  signal: AbortSignal,
): Promise<FederationError | null> {
  try {
    const outcome = await accept(archive, signal);
    const { refusal, damage } = await readRefusal(state, owner);
    const refused = refusal !== null || damage !== null;
    if (refused) await state.refuse(owner, null);
    if (refused || outcome === 'kept') onChange(owner, null);
    return null;
  } catch (error) {
    if (signal.aborted || !(error instanceof FederationError)) throw error;
    const { code } = error;
    // The follower of the state reports a state that cannot be read.
    if (code === 'POLICY_STATE_INVALID') throw error;
    const { refusal: known } = await readRefusal(state, owner);
    if (known?.code !== code || known.source !== digest) {
      const message = error.message.slice(0, MESSAGE);
      const hint = error.hint?.slice(0, MESSAGE) ?? null;
      await state.refuse(owner, { owner, code, message, hint, source: digest, at: clock.wall() });
      onChange(owner, error);
    }
    if (!FINAL.has(code)) throw error;
    return error;
  }
}

/** Characters of a refusal’s message, and of its hint, that are stored. */
const MESSAGE = 4_096;

const hintOf = (error: unknown): { readonly hint?: string | undefined } =>
  error instanceof FederationError ? { hint: error.hint } : {};

const WAIT = { first: 1_000, max: 120_000 };

/** From a second to two minutes; the maximum at once for an archive that is too costly. */
function waitAfterFailures(failures: number, code: ErrorCode): number {
  const range = code === 'POLICY_TOO_COSTLY' ? { first: WAIT.max, max: WAIT.max } : WAIT;
  return backoff(failures, range, Math.random());
}
