// The trust in the images of one registry: what is known of it, what is yet to be verified, and its verification.

import { BOUNDS } from '../../model/bounds.ts';
import type { Clock } from '../../model/clock.ts';
import type { AttachmentReference, ImageRecord } from '../../model/image.ts';
import type { Trust } from '../../model/trust.ts';
import type { Source } from '../../sources/source.ts';
import type { AttachmentFacts, Proof } from '../../trust/attachment.ts';
import { NOTHING } from '../../trust/facts.ts';
import { judgeTrust, signersOf } from '../../trust/judge.ts';
import type { TrustSettings } from '../../trust/settings.ts';
import type { Verifier } from '../../trust/verifier.ts';
import type { WorkOutcome } from '../attachment-work.ts';
import type { RegistryAddress } from '../ids.ts';
import type { FactStore } from './fact-store.ts';
import type { ImageFacts, KnownAttachment } from './image-facts.ts';
import { createKnownFacts } from './known-facts.ts';

export interface RegistryTrustOptions {
  readonly source: Pick<Source, 'attachments'>;
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
   * Fetches and verifies what is pending of the image. Rejects with the reason of the signal, and as the source does, or the
   * verifier; what could not be had is in doubt then.
   */
  verify(record: ImageRecord, signal: AbortSignal): Promise<WorkOutcome>;
  /** Whether a signer whom the facility trusts proved what was found in that attachment of the image: one of these proofs counts now. */
  isProven(record: ImageRecord, attachment: string, proofs: readonly Proof[]): boolean;
  /** When a trust that was judged changes by the clock alone, in milliseconds since the epoch; null: none does. */
  changesAt(): number | null;
  /** Resolves when what was found is written. Never rejects. */
  flush(): Promise<void>;
}

/** Attachments of one image of which something is kept, also after they were removed. */
const MAX_KEPT = 2 * BOUNDS.attachments;

/**
 * Nothing is known yet. Where the facility trusts nobody, nothing is ever pending, and each record stays as it was judged
 * when it was read.
 */
export function createRegistryTrust(options: RegistryTrustOptions): RegistryTrust {
  const { source, place, settings, verifier, store, usableFor, clock } = options;
  const verifies = settings.hash !== '';
  const known = createKnownFacts(store);
  let changesAt: number | null = null;
  /** Counts up where the clock alone changes what is judged. */
  let epoch = 0;

  /** Whether an earlier result of the image stands until a new one is there: nothing that it rests on was removed. */
  function stands({ settled }: ImageFacts, listed: readonly AttachmentReference[]): boolean {
    if (settled === null) return false;
    const digests = new Set(listed.map(({ digest }) => digest));
    return settled.every((digest) => digests.has(digest));
  }

  /** Since when something that the image has could not be fetched; null: nothing. */
  function failingSince(
    { failing, found }: ImageFacts,
    listed: readonly AttachmentReference[],
  ): number | null {
    if (failing === null) return null;
    const isMissing = listed.some(({ digest }) => failing.digests.includes(digest) && !found.has(digest));
    return isMissing ? failing.since : null;
  }

  const isOver = (since: number | null, now: number): boolean => since !== null && now - since > usableFor;

  function judged(record: ImageRecord): ImageRecord {
    if (!verifies || record.digest === null) return record;
    if (known.isPlain(record.id) && isPlain(record)) return record;
    const now = clock.wall();
    if (changesAt !== null && now >= changesAt) {
      changesAt = null;
      epoch += 1;
    }
    const judged = known.entryOf(record.id)?.judged ?? null;
    if (judged !== null && judged.epoch === epoch && judged.of === record.attachments) {
      return withTrust(record, judged.trust);
    }
    const facts = known.factsOf(record.id);
    const trust = trustBy(facts, record, now);
    if (trust.state === 'verified' && facts.lastVerified === null)
      known.keep(record.id, { ...facts, lastVerified: now });
    const entry = known.entryOf(record.id);
    if (entry !== null) entry.judged = { epoch, of: record.attachments, trust };
    return withTrust(record, trust);
  }

  /** The trust by these facts, now; when the clock alone changes it is noted. */
  function trustBy(facts: ImageFacts, { repository, claims, attachments }: ImageRecord, now: number): Trust {
    const { doubtedSince } = attachments;
    const listed = verifiable({ attachments });
    const found = listed.flatMap(({ digest }) => facts.found.get(digest) ?? []);
    const since = failingSince(facts, listed);
    const isIncomplete = found.length < listed.length || doubtedSince !== null;
    noteChange(found, now);
    for (const time of [doubtedSince, since]) {
      if (time !== null && !isOver(time, now)) changeAt(time + usableFor + 1);
    }
    return judgeTrust(
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
  }

  function noteChange(found: readonly KnownAttachment[], now: number): void {
    for (const { within } of found.flatMap(({ facts }) => facts.proofs)) {
      if (within === null) continue;
      if (within.from > now) changeAt(within.from);
      else if (within.until >= now) changeAt(within.until + 1);
    }
  }

  function changeAt(time: number): void {
    if (changesAt === null || time < changesAt) changesAt = time;
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

  function failed(id: string, before: ImageFacts, digests: readonly string[]): void {
    known.keep(id, { ...before, failing: { since: before.failing?.since ?? clock.wall(), digests } });
  }

  async function verify(record: ImageRecord, signal: AbortSignal): Promise<WorkOutcome> {
    const { id } = record;
    const listed = verifiable(record).map((one) => one.digest);
    await known.readAgain(id);
    const before = known.factsOf(id);
    const isCurrent = before.hash === settings.hash;
    const wanted = listed.filter((one) => !(isCurrent && before.found.has(one)));
    if (wanted.length === 0) return 'SETTLED';
    let fresh: ReadonlyMap<string, AttachmentFacts>;
    try {
      fresh = await find(record, wanted, signal);
    } catch (error) {
      if (!signal.aborted) failed(id, known.factsOf(id), wanted);
      throw error;
    }
    const now = clock.wall();
    const missing = wanted.filter((one) => !fresh.has(one));
    const isSettled = missing.length === 0;
    // What was found by other settings, and could not be fetched now, is to be found anew.
    const isMixed = !isCurrent && missing.some((one) => before.found.has(one));
    const facts: ImageFacts = {
      hash: isMixed ? before.hash : settings.hash,
      found: joined(fresh, before, listed, now),
      settled: isSettled ? listed : before.settled,
      failing: isSettled ? null : { since: before.failing?.since ?? now, digests: missing },
      lastVerified: before.lastVerified,
    };
    const isVerified = trustBy(facts, record, now).state === 'verified';
    known.keep(id, isVerified ? { ...facts, lastVerified: now } : facts);
    return isSettled ? 'SETTLED' : 'DOUBTED';
  }

  function isProven(record: ImageRecord, attachment: string, proofs: readonly Proof[]): boolean {
    if (proofs.length === 0) return false;
    const now = clock.wall();
    const firstSeen = known.factsOf(record.id).found.get(attachment)?.firstSeen ?? now;
    return proofs.some((proof) => signersOf(proof, firstSeen, settings, now).length > 0);
  }

  return {
    settings,
    load: (records) => known.load(records, isPlain),
    judged,
    isPending,
    verify,
    isProven,
    changesAt: () => changesAt,
    flush: known.flush,
  };
}

/** What can make the image verified or failed. */
const verifiable = ({ attachments }: Pick<ImageRecord, 'attachments'>): readonly AttachmentReference[] =>
  attachments.listed.filter(({ kind }) => kind !== 'sbom');

const isPlain = (record: ImageRecord): boolean =>
  verifiable(record).length === 0 && record.attachments.doubtedSince === null;

const withTrust = (record: ImageRecord, trust: Trust): ImageRecord =>
  sameTrust(trust, record.trust) ? record : Object.freeze({ ...record, trust });

const sameTrust = (one: Trust, other: Trust): boolean =>
  one === other || JSON.stringify(one) === JSON.stringify(other);
