// Brings the stored policies of labs into force: at the start, whenever this process stored one, and every few seconds,
// since another process may have stored one.
import type { Logger } from 'pino';
import type { WallClock } from '../../../model/clock.ts';
import { coalesce } from '../../../model/coalesce.ts';
import { FederationError } from '../../../model/errors.ts';
import type { PolicyChange } from '../../activation/activation.ts';
import type { LocalPolicyEngine } from '../../create-engine.ts';
import type { PolicyRefusal } from '../../engine.ts';
import { readRefusal } from './refusal-note.ts';
import { compareVersions, type KeptRecord, type PolicyState, sameTrust, type TrustMark } from './state.ts';

export interface StateFollowerOptions {
  /** For each facility that has a source, the key and scope that federation.yaml trusts now. */
  readonly trusts: ReadonlyMap<string, TrustMark>;
  readonly state: PolicyState;
  readonly engine: Pick<LocalPolicyEngine, 'activate' | 'refuse'>;
  /** Milliseconds between two polls; 0: only on request. */
  readonly interval: number;
  readonly clock: WallClock;
  readonly logger: Logger;
}

export interface StateFollower {
  /**
   * Resolves when each stored policy is in force, or reported as refused. Rejects as {@link LocalPolicyEngine.activate}
   * does, with NOT_READY or INTERNAL.
   */
  look(): Promise<void>;
  /** Begins to poll, unless `interval` is 0; a poll that fails is logged, and the next one tries again. */
  start(): void;
  /** Polls now, since something was stored. A failure is logged. */
  hint(): void;
  /** Polls no more, and resolves when the poll that runs has ended; never rejects. */
  close(): Promise<void>;
}

/** The result of one poll for one facility. */
interface LatestState {
  readonly owner: string;
  /** Identifies the record that `change` activates, or that is not to be used. */
  readonly mark: string | null;
  readonly record: KeptRecord | null;
  readonly change: PolicyChange | null;
  readonly refusal: (PolicyRefusal & { readonly hint: string | null }) | null;
}

/**
 * Follows the state once it is started, a look every `interval` milliseconds (0: only on request); errors of the state
 * become refusals in the engine's status, and the rest is logged. `trusts`: by facility; a record that was accepted by
 * another trust is not used. Its `look` rejects as {@link LocalPolicyEngine.activate} does.
 */
export function followState(options: StateFollowerOptions): StateFollower {
  const { trusts, state, engine, interval, clock, logger } = options;
  const handled = new Map<string, string | null>();
  /** For each facility, the latest record that came into force here. */
  const highest = new Map<string, KeptRecord>();
  const reported = new Map<string, string | null>();
  /** Owners whose refusal note cannot be read, which was logged. */
  const unreadable = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  async function readLatest(owner: string, trust: TrustMark): Promise<LatestState> {
    try {
      const record = await state.latest(owner);
      const mark = record === null ? null : JSON.stringify(record);
      const isNew = record !== null && handled.get(owner) !== mark;
      // An older record's signature stays valid: restoring the folder from a backup must not restore an older policy.
      if (isNew) compareVersions(record, highest.get(owner) ?? null);
      const bytes = isNew && isTrusted(record, trust) ? await bundleOf(record) : undefined;
      const change = bytes == null ? null : { owner, path: state.place, bytes };
      const refusal = await refusalOf(owner);
      return { owner, record, mark: bytes === null ? (handled.get(owner) ?? null) : mark, change, refusal };
    } catch (error) {
      if (!(error instanceof FederationError)) throw error;
      const { code, message, at, hint = null } = error;
      const refusal = { at: clock.wall(), code, message: `${message}: ${at ?? state.place}`, hint };
      return { owner, mark: handled.get(owner) ?? null, record: null, change: null, refusal };
    }
  }

  /** The refusal note; a damaged one is logged once and does not prevent anything from coming into force. */
  async function refusalOf(owner: string): Promise<LatestState['refusal']> {
    const { refusal, damage } = await readRefusal(state, owner);
    if (damage === null) unreadable.delete(owner);
    else if (!unreadable.has(owner)) {
      unreadable.add(owner);
      const { code, message, at } = damage;
      logger.warn(
        { owner, code, at, reason: message },
        'the note of a lab’s refused policy cannot be read and is ignored',
      );
    }
    return refusal;
  }

  /** null: it was removed meanwhile, because there is a higher one, which the next poll finds. */
  async function bundleOf(record: KeptRecord): Promise<Uint8Array | null> {
    try {
      return await state.bundle(record);
    } catch (error) {
      const latest = await state.latest(record.owner);
      if (latest !== null && latest.version > record.version) return null;
      throw error;
    }
  }

  /** Whether its trust is that of federation.yaml now: what a revoked key signed must not stay in use. */
  function isTrusted({ owner, version, trust: { keyId }, trust }: KeptRecord, now: TrustMark): boolean {
    if (sameTrust(trust, now)) return true;
    logger.warn(
      { owner, version, keyId },
      'a lab’s stored policy is not used: federation.yaml now trusts another key, algorithm, key id or scope',
    );
    return false;
  }

  /** Reports a refusal once, until it changes. */
  function report({ owner, refusal }: LatestState): void {
    const mark = refusal === null ? null : `${refusal.code} ${refusal.message}`;
    if ((reported.get(owner) ?? null) === mark) return;
    reported.set(owner, mark);
    engine.refuse(owner, refusal);
    if (refusal === null) return;
    const { code, message, hint } = refusal;
    logger.error({ owner, code, hint, reason: message }, 'a lab’s policy is refused; the one in force stays');
  }

  const poll = coalesce(async () => {
    const found = await Promise.all([...trusts].map(([owner, trust]) => readLatest(owner, trust)));
    if (closed) return;
    await engine.activate(found.flatMap(({ change }) => change ?? []));
    for (const each of found) {
      handled.set(each.owner, each.mark);
      if (each.record !== null && each.change !== null) highest.set(each.owner, each.record);
      report(each);
    }
  });
  const look = () => poll([]);

  /** Logs a failure; the next poll tries again. */
  const tryToLook = () =>
    look().catch((error: unknown) => {
      if (!closed)
        logger.error(
          { err: error },
          'the labs’ stored policies could not be brought into force; the next poll tries again',
        );
    });

  function next(): void {
    if (closed || interval === 0) return;
    timer = setTimeout(() => void tryToLook().then(next), interval).unref();
  }

  return {
    look,
    start: next,
    hint: () => void tryToLook(),
    close: async () => {
      closed = true;
      clearTimeout(timer);
      await tryToLook();
    },
  };
}
