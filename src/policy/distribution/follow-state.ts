// Brings what is kept of labs' policies into force: at the start, whenever this process kept something, and every few
// seconds, since another process may have.

import type { Logger } from 'pino';
import type { WallClock } from '../../model/clock.ts';
import { FederationError } from '../../model/errors.ts';
import type { PolicyChange } from '../activation/activation.ts';
import type { LocalPolicyEngine } from '../create.ts';
import { coalesce } from '../decisions/coalesce.ts';
import type { PolicyRefusal } from '../engine.ts';
import { readRefusal } from './refusal-note.ts';
import { compareVersions, type KeptRecord, type PolicyState, sameTrust, type TrustMark } from './state.ts';

export interface StateFollowerOptions {
  /** Each facility that has a source, and whom federation.yaml trusts for it now. */
  readonly trusts: ReadonlyMap<string, TrustMark>;
  readonly state: PolicyState;
  readonly engine: Pick<LocalPolicyEngine, 'activate' | 'refuse'>;
  /** Milliseconds between two looks; 0: none but those that are asked for. */
  readonly interval: number;
  readonly clock: WallClock;
  readonly logger: Logger;
}

export interface StateFollower {
  /** Resolves when what is kept is in force, or was told as refused. */
  look(): Promise<void>;
  /** From now on looks again and again. */
  start(): void;
  /** There is something to be seen. */
  hint(): void;
  close(): Promise<void>;
}

/** What one look at one facility finds. */
interface Found {
  readonly owner: string;
  /** Of the record that `change` is of, or that will not be used. */
  readonly mark: string | null;
  readonly record: KeptRecord | null;
  readonly change: PolicyChange | null;
  readonly refusal: (PolicyRefusal & { readonly hint: string | null }) | null;
}

export function followState(options: StateFollowerOptions): StateFollower {
  const { trusts, state, engine, interval, clock, logger } = options;
  const taken = new Map<string, string | null>();
  /** Of each facility, the latest record that came into force here. */
  const highest = new Map<string, KeptRecord>();
  const told = new Map<string, string | null>();
  /** Whose note of a refusal cannot be read, which was told. */
  const unreadable = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  async function lookAt(owner: string, trust: TrustMark): Promise<Found> {
    try {
      const record = await state.latest(owner);
      const mark = record === null ? null : JSON.stringify(record);
      const isNew = record !== null && taken.get(owner) !== mark;
      // The seal of an older one is good for ever: a folder that was put back must not put its policy back.
      if (isNew) compareVersions(record, highest.get(owner) ?? null);
      const bytes = isNew && isTrusted(record, trust) ? await bundleOf(record) : undefined;
      const change = bytes == null ? null : { owner, path: state.place, bytes };
      const refusal = await refusalOf(owner);
      return { owner, record, mark: bytes === null ? (taken.get(owner) ?? null) : mark, change, refusal };
    } catch (error) {
      if (!(error instanceof FederationError)) throw error;
      const { code, message, at, hint = null } = error;
      const refusal = { at: clock.wall(), code, message: `${message}: ${at ?? state.place}`, hint };
      return { owner, mark: taken.get(owner) ?? null, record: null, change: null, refusal };
    }
  }

  /** A note that is damaged keeps nothing from coming into force. */
  async function refusalOf(owner: string): Promise<Found['refusal']> {
    const { refusal, damage } = await readRefusal(state, owner);
    if (damage === null) unreadable.delete(owner);
    else if (!unreadable.has(owner)) {
      unreadable.add(owner);
      const { code, message, at } = damage;
      logger.warn(
        { owner, code, at, reason: message },
        'the note of a lab’s refused policy is taken as absent',
      );
    }
    return refusal;
  }

  /** null: it was removed since, because there is a higher one, which the next look finds. */
  async function bundleOf(record: KeptRecord): Promise<Uint8Array | null> {
    try {
      return await state.bundle(record);
    } catch (error) {
      const latest = await state.latest(record.owner);
      if (latest !== null && latest.version > record.version) return null;
      throw error;
    }
  }

  /** A key that was taken back must not live on in what it signed. */
  function isTrusted({ owner, version, trust: { keyId }, trust }: KeptRecord, now: TrustMark): boolean {
    if (sameTrust(trust, now)) return true;
    logger.warn(
      { owner, version, keyId },
      'what is kept of a lab’s policy is not used: federation.yaml trusts another key, algorithm, key id or scope now',
    );
    return false;
  }

  /** Once, until it is another one. */
  function tell({ owner, refusal }: Found): void {
    const mark = refusal === null ? null : `${refusal.code} ${refusal.message}`;
    if ((told.get(owner) ?? null) === mark) return;
    told.set(owner, mark);
    engine.refuse(owner, refusal);
    if (refusal === null) return;
    const { code, message, hint } = refusal;
    logger.error({ owner, code, hint, reason: message }, 'a lab’s policy is refused; the one in force stays');
  }

  const round = coalesce(async () => {
    const found = await Promise.all([...trusts].map(([owner, trust]) => lookAt(owner, trust)));
    if (closed) return;
    await engine.activate(found.flatMap(({ change }) => change ?? []));
    for (const each of found) {
      taken.set(each.owner, each.mark);
      if (each.record !== null && each.change !== null) highest.set(each.owner, each.record);
      tell(each);
    }
  });
  const look = () => round([]);

  /** What could not be taken up is taken up at the next look. */
  const tryToLook = () =>
    look().catch((error: unknown) => {
      if (!closed) logger.error({ err: error }, 'the labs’ policies that are kept could not be taken up');
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
