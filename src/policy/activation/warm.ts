// Prepares modules before they come into force: the classes of the live snapshots, the recent choices, and the verdicts
// of the most frequent subjects, for as long as there is time. What was not reached is made when a request needs it.
import type { Snapshot } from '../../catalog/snapshot.ts';
import { preparing } from '../../model/pace.ts';
import type { MatchQuestion } from '../engine.ts';
import type { PolicySet } from './policy-set.ts';
import type { FrequentSubject } from './recent-subjects.ts';

export interface Warming {
  readonly snapshots: readonly Snapshot[];
  readonly questions: readonly MatchQuestion[];
  readonly subjects: readonly FrequentSubject[];
  /** The time that verdicts are made for: milliseconds since the epoch. */
  readonly time: number;
  /** Subjects that are prepared at a time. */
  readonly concurrency: number;
  /** Ends it before its time. */
  readonly signal: AbortSignal;
}

/**
 * Resolves when all is prepared, or when the signal aborts, at once if it has; `concurrency` subjects are prepared at a
 * time. Never rejects: what fails is tried again by requests.
 */
export async function warm(policySet: PolicySet, warming: Warming): Promise<void> {
  const { signal } = warming;
  if (signal.aborted) return;
  const ended = new Promise<void>((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  );
  await Promise.race([prepare(policySet, warming), ended]);
}

/** Swallows a failure: the request that needs the result reports it, and the rest is prepared all the same. */
async function ignoringFailure(preparing: Promise<unknown>): Promise<void> {
  await preparing.catch(() => {});
}

async function prepare(policySet: PolicySet, warming: Warming): Promise<void> {
  const { snapshots, questions, subjects, time, concurrency, signal } = warming;
  await ignoringFailure(policySet.load());
  for (const snapshot of snapshots) {
    if (signal.aborted) return;
    await ignoringFailure(policySet.prepare(snapshot));
  }
  for (const question of questions) {
    if (signal.aborted) return;
    await ignoringFailure(policySet.match(question));
  }
  const waiting = subjects.values();
  const warmNext = async () => {
    for (const { subject, at } of waiting) {
      if (signal.aborted) return;
      await ignoringFailure(policySet.warm(snapshots, subject, at, time));
      await preparing.rest();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, warmNext));
}
