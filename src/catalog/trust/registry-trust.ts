// The trust in the images of one registry: what is known of it, what is yet to be verified, and its verification.

import { BOUNDS } from '../../model/bounds.ts';
import type { Clock } from '../../model/clock.ts';
import type { AttachmentReference, ImageRecord } from '../../model/image.ts';
import type { Trust } from '../../model/trust.ts';
import type { Source, Vouching } from '../../sources/source.ts';
import type { AttachmentFacts, Proof } from '../../trust/attachment.ts';
import { NOTHING } from '../../trust/facts.ts';
import { judgeTrust, signersOf, vouchesNow } from '../../trust/judge.ts';
import type { TrustSettings } from '../../trust/settings.ts';
import type { Verifier } from '../../trust/verifier.ts';
import type { WorkOutcome } from '../attachment-work.ts';
import type { RegistryAddress } from '../ids.ts';
import type { FactStore } from './fact-store.ts';
import type { Failing, ImageFacts, KnownAttachment } from './image-facts.ts';
import { createKnownFacts, type JudgedImage } from './known-facts.ts';

export interface RegistryTrustOptions {
  readonly source: Pick<Source, 'attachments' | 'attachmentsTogether'>;
  readonly place: RegistryAddress;
  readonly settings: TrustSettings;
  readonly verifier: Pick<Verifier, 'verify'>;
  readonly store: FactStore;
  /** Milliseconds for which the last state stands while something cannot be fetched. */
  readonly usableFor: number;
  readonly clock: Clock;
}

export interface RegistryTrust {
  /** By which records are judged before anything is verified. */
  readonly settings: TrustSettings;
  /** Reads what the store has of the images. Never rejects: what cannot be read is verified again. */
  load(records: readonly ImageRecord[]): Promise<void>;
  /** The record with the trust that is known now; the same object if it has that. */
  judged(record: ImageRecord): ImageRecord;
  /** Whether something of the image is yet to be verified. */
  isPending(record: ImageRecord): boolean;
  /**
   * Fetches and verifies what is pending of the image. Rejects with the signal's reason, when nothing of it is kept, and as the
   * source or the verifier does; what could not be had is in doubt then.
   */
  verify(record: ImageRecord, signal: AbortSignal): Promise<WorkOutcome>;
  /** Whether a signer whom the facility trusts proved what was found in that attachment of the image: one of these proofs counts now. */
  isProven(record: ImageRecord, attachment: string, proofs: readonly Proof[]): boolean;
  /** By which of its attachments a trusted signer, or a revoked key, vouches for an image, also of those that were removed. */
  readonly vouching: Vouching;
  /** When a trust that was judged changes by the clock alone, in milliseconds since the epoch; null: none does. */
  changesAt(): number | null;
  /** Resolves when what was found is written. Never rejects. */
  flush(): Promise<void>;
}

/** Attachments of one image of which something is kept, also after they were removed. */
const MAX_KEPT = 2 * BOUNDS.attachments;

/**
 * The trust in the images of one registry, of which nothing is known before `load`. Where the facility trusts nobody, nothing
 * is ever pending, and each record stays as it was judged when it was read. Never throws; {@link RegistryTrust}: its methods.
 */
export function createRegistryTrust(options: RegistryTrustOptions): RegistryTrust {
  const { source, place, settings, verifier, store, usableFor, clock } = options;
  const verifies = settings.hash !== '';
  const known = createKnownFacts(store);

  /** Whether an earlier result of the image stands until a new one is there: nothing that it rests on was removed. */
  function stands({ settled }: ImageFacts, listed: readonly AttachmentReference[]): boolean {
    if (settled === null) return false;
    const digests = new Set(listed.map(({ digest }) => digest));
    return settled.every((digest) => digests.has(digest));
  }

  /** What the image has, could not be fetched, and is to be verified by these settings. */
  function missingOf(
    { failing, found, hash }: ImageFacts,
    listed: readonly AttachmentReference[],
  ): ReadonlySet<string> {
    const failed = new Set(failing?.digests);
    const missing = listed.filter(
      ({ digest }) => failed.has(digest) && (hash !== settings.hash || !found.has(digest)),
    );
    return new Set(missing.map(({ digest }) => digest));
  }

  /** A time further in the future is not true: the clock was wrong, or the registry states it. */
  const isOver = (since: number | null, now: number): boolean =>
    since !== null && Math.abs(now - since) > usableFor;

  function judged(record: ImageRecord): ImageRecord {
    if (!verifies || record.digest === null) return record;
    if (known.isPlain(record.id) && isPlain(record)) return record;
    const now = clock.wall();
    const before = known.entryOf(record.id)?.judged ?? null;
    if (before !== null && isOf(before.of, record) && (before.until === null || now < before.until)) {
      return withTrust(record, before.trust);
    }
    const facts = known.factsOf(record.id);
    const { trust, until } = trustBy(facts, record, now);
    if (trust.state === 'verified' && facts.lastVerified === null)
      known.keep(record.id, { ...facts, lastVerified: now });
    const { attachments, claims } = record;
    known.keepJudged(record.id, { of: { attachments, claims }, until, trust });
    return withTrust(record, trust);
  }

  /** The trust by these facts, now, and until when, unless something else changes; null: for ever. */
  function trustBy(
    facts: ImageFacts,
    { repository, claims, attachments }: ImageRecord,
    now: number,
  ): { readonly trust: Trust; readonly until: number | null } {
    const { doubtedSince } = attachments;
    const listed = verifiable({ attachments });
    const missing = missingOf(facts, listed);
    const since = missing.size === 0 ? null : (facts.failing?.since ?? null);
    // What other settings found of them stood until then.
    const ended = isOver(since, now) ? missing : NONE;
    const found = listed.flatMap(({ digest }) => (ended.has(digest) ? [] : (facts.found.get(digest) ?? [])));
    const isIncomplete = found.length < listed.length || doubtedSince !== null;
    const times = [
      ...changesOf(found, now),
      ...[doubtedSince, since].flatMap((time) =>
        time === null || isOver(time, now) ? [] : [time + usableFor + 1],
      ),
    ];
    const trust = judgeTrust(
      {
        ...{ repository, claims, found, now },
        pulledAs: `${place.pull}/${repository}`,
        isLapsed: isOver(doubtedSince, now),
        isOpen: isOver(since, now) || (isIncomplete && !stands(facts, listed)),
        isDoubted: doubtedSince !== null || since !== null,
        lastVerified: facts.lastVerified,
      },
      settings,
    );
    return { trust, until: times.reduce<number | null>(earlier, null) };
  }

  function isPending(record: ImageRecord): boolean {
    if (!verifies || record.digest === null || source.attachments === undefined) return false;
    const listed = verifiable(record);
    if (listed.length === 0) return false;
    const entry = known.entryOf(record.id);
    if (entry?.pending?.of === record.attachments) return entry.pending.is;
    const facts = known.factsOf(record.id);
    const is = facts.hash !== settings.hash || listed.some(({ digest }) => !facts.found.has(digest));
    if (entry !== null) entry.pending = { of: record.attachments, is };
    return is;
  }

  /** What the image has, as it was found; rejects where its registry, or a thread, gives nothing. */
  async function find(record: ImageRecord, wanted: readonly string[], signal: AbortSignal) {
    const { repository, digest, upstreamId } = record;
    const given = await source.attachments?.(
      { repository, digest: digest ?? '', upstreamId, attachments: wanted },
      signal,
    );
    const attachments = wanted.flatMap((one) => given?.get(one) ?? []);
    const facts = await verifier.verify(
      place.facility,
      { subject: digest ?? '', attachments, material: settings.material, hash: settings.hash },
      signal,
    );
    const proven = new Map(attachments.map((one, index) => [one.digest, facts[index]]));
    return new Map(
      wanted.filter((one) => given?.has(one)).map((one) => [one, proven.get(one) ?? NOTHING] as const),
    );
  }

  /** What was found, of the attachments that the image has before those that it had, and of these those that prove something. */
  function joined(
    fresh: ReadonlyMap<string, AttachmentFacts>,
    before: ImageFacts,
    listed: readonly string[],
    now: number,
  ): ReadonlyMap<string, KnownAttachment> {
    const isCurrent = before.hash === settings.hash;
    const found = new Map<string, KnownAttachment>();
    for (const one of listed) {
      const [facts, earlier] = [fresh.get(one), before.found.get(one)];
      if (facts !== undefined) found.set(one, { firstSeen: earlier?.firstSeen ?? now, facts });
      else if (earlier !== undefined) found.set(one, earlier);
    }
    // What was found by other settings counts no more for what the image has no more.
    const removed = isCurrent ? [...before.found].filter(([one]) => !found.has(one)) : [];
    const proves = ([, { facts }]: [string, KnownAttachment]): number => (facts.proofs.length > 0 ? 0 : 1);
    for (const [one, earlier] of removed.sort((a, b) => proves(a) - proves(b))) {
      if (found.size < MAX_KEPT) found.set(one, earlier);
    }
    return found;
  }

  /** Since the first time, where one of them could not be had then either. */
  function failingOf({ failing }: ImageFacts, digests: readonly string[], now: number): Failing {
    const isSame = failing?.digests.some((digest) => digests.includes(digest)) === true;
    return { since: isSame ? failing.since : now, digests };
  }

  async function verify(record: ImageRecord, signal: AbortSignal): Promise<WorkOutcome> {
    const { id } = record;
    const listed = verifiable(record).map((one) => one.digest);
    await known.readAgain(id);
    const before = known.factsOf(id);
    const isCurrent = before.hash === settings.hash;
    const wanted = listed.filter((one) => !(isCurrent && before.found.has(one)));
    if (wanted.length === 0) return 'SETTLED';
    const fresh = new Map<string, AttachmentFacts>();
    const together = source.attachmentsTogether ?? wanted.length;
    try {
      for (let start = 0; start < wanted.length; start += together) {
        const some = wanted.slice(start, start + together);
        for (const [one, facts] of await find(record, some, signal)) fresh.set(one, facts);
      }
    } catch (error) {
      // What was found before it failed counts.
      if (!signal.aborted) keepFound(record, listed, wanted, fresh);
      throw error;
    }
    return keepFound(record, listed, wanted, fresh);
  }

  function keepFound(
    record: ImageRecord,
    listed: readonly string[],
    wanted: readonly string[],
    fresh: ReadonlyMap<string, AttachmentFacts>,
  ): WorkOutcome {
    const before = known.factsOf(record.id);
    const now = clock.wall();
    const missing = wanted.filter((one) => !fresh.has(one));
    const isSettled = missing.length === 0;
    // What was found by other settings, and could not be fetched now, is to be found anew.
    const isMixed = before.hash !== settings.hash && missing.some((one) => before.found.has(one));
    const facts: ImageFacts = {
      hash: isMixed ? before.hash : settings.hash,
      found: joined(fresh, before, listed, now),
      settled: isSettled ? listed : before.settled,
      failing: isSettled ? null : failingOf(before, missing, now),
      lastVerified: before.lastVerified,
    };
    const isVerified = trustBy(facts, record, now).trust.state === 'verified';
    known.keep(record.id, isVerified ? { ...facts, lastVerified: now } : facts);
    return isSettled ? 'SETTLED' : 'DOUBTED';
  }

  function isProven(record: ImageRecord, attachment: string, proofs: readonly Proof[]): boolean {
    if (proofs.length === 0) return false;
    const now = clock.wall();
    const firstSeen = known.factsOf(record.id).found.get(attachment)?.firstSeen ?? now;
    return proofs.some((proof) => signersOf(proof, firstSeen, settings, now).length > 0);
  }

  function vouching(repository: string, digest: string): ReadonlySet<string> {
    const now = clock.wall();
    const { found } = known.factsOf(`${place.facility}/${place.registry}/${repository}@${digest}`);
    const all = [...found].filter(([, one]) => vouchesNow(one, settings, now));
    return new Set(all.map(([attachment]) => attachment));
  }

  return {
    settings,
    vouching,
    load: (records) => known.load(records, isPlain),
    judged,
    isPending,
    verify,
    isProven,
    changesAt: known.changesAt,
    flush: known.flush,
  };
}

/** What can make the image verified or failed. */
const verifiable = ({ attachments }: Pick<ImageRecord, 'attachments'>): readonly AttachmentReference[] =>
  attachments.listed.filter(({ kind }) => kind !== 'sbom');

const NONE: ReadonlySet<string> = new Set();

/** Whether the image was judged by what it has, and what is said of it, now. */
const isOf = ({ attachments, claims }: JudgedImage['of'], record: ImageRecord): boolean =>
  attachments === record.attachments && claims === record.claims;

/** When the signatures begin and end to count. */
const changesOf = (found: readonly KnownAttachment[], now: number): readonly number[] =>
  found
    .flatMap(({ facts }) => facts.proofs)
    .flatMap(({ within }) => (within === null ? [] : [within.from, within.until + 1]))
    .filter((time) => time > now);

const earlier = (one: number | null, other: number): number => (one === null ? other : Math.min(one, other));

const isPlain = (record: ImageRecord): boolean =>
  verifiable(record).length === 0 && record.attachments.doubtedSince === null;

const withTrust = (record: ImageRecord, trust: Trust): ImageRecord =>
  sameTrust(trust, record.trust) ? record : Object.freeze({ ...record, trust });

const sameTrust = (one: Trust, other: Trust): boolean =>
  one === other || JSON.stringify(one) === JSON.stringify(other);
