// Turns the steps of the policy builder into events: each attempt to update from a source ends in one event, or in none
// if nothing is new.
import type { SignedBuild } from '../../../authoring/build/signed.ts';
import type { SignedSource } from '../../../policy/distribution/source.ts';
import type { PolicyState } from '../../../policy/distribution/state/state.ts';
import { type BuilderEvent, failureEvent } from './events.ts';

export interface BuildReporter {
  /** An archive was fetched; reported at once. */
  arrived(facility: string, bytes: number): void;
  /** The source was built; reported when the attempt ends, since only then it is stored. */
  built(source: SignedSource, build: SignedBuild): void;
  /**
   * The attempt ended, with `error` or, for null, without one. Resolves when its event was reported, if there is one: a source
   * that still does not answer, and one without anything new, have none. Rejects only as `report` throws.
   */
  ended(facility: string, error: unknown): Promise<void>;
}

/**
 * A reporter that calls `report` with each event; that a source does not answer is reported once for each
 * code in a row, until it answers again. `state` gives the version that is stored already; where it cannot,
 * the event has null for it. Its methods throw, and `ended` rejects, as `report` does.
 */
export function createBuildReporter(
  state: Pick<PolicyState, 'latest'>,
  report: (event: BuilderEvent) => void,
): BuildReporter {
  const fetched = new Set<string>();
  const made = new Map<string, BuilderEvent>();
  /** The code of each source that does not answer. */
  const unavailable = new Map<string, string>();

  function failed(facility: string, error: unknown, known: string | undefined): BuilderEvent | null {
    const failure = failureEvent(facility, error);
    if (failure.event !== 'unavailable') return failure;
    unavailable.set(facility, failure.code);
    // Reported once, however often it is tried.
    return failure.code === known ? null : failure;
  }

  async function unchanged(facility: string): Promise<BuilderEvent> {
    const kept = await state.latest(facility).catch(() => null);
    const [version, signer] = [kept?.version ?? null, kept?.trust.keyId ?? null];
    return { event: 'unchanged', facility, version, signer };
  }

  return {
    arrived(facility, bytes) {
      fetched.add(facility);
      report({ event: 'fetched', facility, bytes });
    },
    built({ owner: facility, version, signer }, { revision, tests, warnings }) {
      made.set(facility, { event: 'built', facility, version, signer, revision, tests, warnings });
    },
    async ended(facility, error) {
      const came = fetched.delete(facility);
      const built = made.get(facility);
      const known = unavailable.get(facility);
      made.delete(facility);
      unavailable.delete(facility);
      let event: BuilderEvent | null = null;
      if (error !== null) event = failed(facility, error, known);
      else if (built !== undefined) event = built;
      else if (came) event = await unchanged(facility);
      else if (known !== undefined) event = { event: 'available', facility };
      if (event !== null) report(event);
    },
  };
}
