// The outcome of each registry for this question, as far as the caller may know it.
import { countAnd } from '../catalog/bitset.ts';
import type { RegistryState } from '../catalog/catalog.ts';
import type { Quarantined } from '../catalog/snapshot.ts';
import { type ErrorCode, isAnswered } from '../model/errors.ts';
import type { SourceFailure, SourceStatus } from '../model/outcome.ts';
import { isAdmin } from '../model/subject.ts';
import type { ResolvedChoice } from './resolve.ts';
import type { View } from './view.ts';

export interface SourceOutcome {
  readonly facility: string;
  readonly registry: string;
  readonly status: SourceStatus;
  /**
   * How many records the caller may discover, whatever they chose. Counted on demand for a registry that the question
   * leaves out.
   */
  readonly records: () => Promise<number>;
  /** Seconds since the last check that succeeded; null: none did. */
  readonly age: number | null;
  /**
   * Why images are missing, or are shown as they were: by the last refresh, a policy that was not loaded or did not judge in
   * time, or signatures that are not given; null: nothing of that is known.
   */
  readonly error: SourceFailure | null;
  /** For admins; null for others, as are the next two. */
  readonly quarantined: number | null;
  readonly tookMs: number | null;
  readonly quarantine: readonly Quarantined[] | null;
}

/**
 * A test, by a facility's id, of whether the choices exclude it, so that its registries are not refreshed for this
 * question. Without a choice of facilities it is false for every facility.
 */
export function excludes(
  only: readonly ResolvedChoice[],
  except: readonly ResolvedChoice[],
): (facility: string) => boolean {
  const wanted = only.find(({ field }) => field === 'facilities')?.values ?? null;
  const unwanted = except.find(({ field }) => field === 'facilities')?.values ?? [];
  return (facility) => (wanted !== null && !wanted.includes(facility)) || unwanted.includes(facility);
}

export interface OutcomeContext {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Whether the question leaves the facility out. */
  readonly skipped: (facility: string) => boolean;
}

/**
 * One outcome per registry of the view, in federation.yaml's order, those without a snapshot included. `records` of an
 * outcome rejects as {@link View.all} does where the question leaves the registry out.
 */
export function outcomesOf(view: View, context: OutcomeContext): readonly SourceOutcome[] {
  return view.states.map((state) => outcomeOf(view, state, context));
}

/** Whether every source that is not SKIPPED is OK or STALE; true where there is none. */
export function isComplete(outcomes: readonly SourceOutcome[]): boolean {
  return outcomes.every(({ status }) => status === 'SKIPPED' || status === 'OK' || status === 'STALE');
}

function outcomeOf(view: View, state: RegistryState, { now, skipped }: OutcomeContext): SourceOutcome {
  const { facility, registry, snapshot } = state;
  const admin = isAdmin(view.caller);
  const isSkipped = skipped(facility);
  const judged = statusOf(state, view, isSkipped);
  return {
    facility,
    registry,
    ...judged,
    records: async () => {
      if (snapshot === null) return 0;
      const { verdict } = isSkipped ? await view.all() : view;
      return verdict.visibleCount(snapshot);
    },
    age: state.checkedAt === null ? null : Math.max(0, Math.floor((now - state.checkedAt) / 1_000)),
    quarantined: admin ? (snapshot?.quarantinedCount ?? 0) : null,
    tookMs: admin ? state.tookMs : null,
    quarantine: admin ? (snapshot?.quarantined ?? []) : null,
  };
}

function statusOf(
  state: RegistryState,
  { policies, verdict }: View,
  skipped: boolean,
): { status: SourceStatus; error: SourceFailure | null } {
  if (policies.facility(state.facility)?.status === 'FAILED') {
    return {
      status: 'ERROR',
      error: failure(
        'POLICY_FAILED',
        'The policy of this facility could not be loaded; its images are denied.',
      ),
    };
  }
  if (skipped) return { status: 'SKIPPED', error: null };
  if (state.snapshot !== null && !verdict.wasJudged(state.snapshot)) {
    return {
      status: 'ERROR',
      error: failure(
        'POLICY_FAILED',
        'The records of this registry could not be judged in time; for the moment none of them is shown.',
      ),
    };
  }
  if (state.status === 'OK' && isDoubted(state, verdict)) {
    return {
      status: 'STALE',
      error: failure(
        'SIGNATURES_UNAVAILABLE',
        'The registry does not give all signatures of its images now; what was known of them before is used for a while.',
      ),
    };
  }
  return { status: state.status, error: state.failure };
}

/** Only of images that the caller may discover: others leave no trace. */
const isDoubted = ({ snapshot, index }: RegistryState, verdict: View['verdict']): boolean =>
  snapshot !== null && index !== null && countAnd(index.doubted, verdict.bits(snapshot, 'discover')) > 0;

function failure(code: ErrorCode, message: string): SourceFailure {
  return { code, message: isAnswered(code) ? message : code };
}
