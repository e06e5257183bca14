// Makes of what the policy builder does with each facility's source what there is to tell: each round with a source ends in
// one event or, where nothing is new, in none.
import type { SignedBuild } from '../../authoring/signed.ts';
import type { SignedSource } from '../../policy/distribution/source.ts';
import type { PolicyState } from '../../policy/distribution/state.ts';
import { type BuilderEvent, failureEvent } from './build-events.ts';

export interface BuildReporter {
  arrived(facility: string, bytes: number): void;
  /** It is told of when the round ends, and it is kept. */
  built(source: SignedSource, build: SignedBuild): void;
  /** Resolves when what came of the round was told. Does not reject. */
  ended(facility: string, error: unknown): Promise<void>;
}

export function createBuildReporter(
  state: Pick<PolicyState, 'latest'>,
  tell: (event: BuilderEvent) => void,
): BuildReporter {
  const fetched = new Set<string>();
  const made = new Map<string, BuilderEvent>();
  /** By which code. */
  const unavailable = new Map<string, string>();

  function failed(facility: string, error: unknown, known: string | undefined): BuilderEvent | null {
    const failure = failureEvent(facility, error);
    if (failure.event !== 'unavailable') return failure;
    unavailable.set(facility, failure.code);
    // Told once, however often it is tried.
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
      tell({ event: 'fetched', facility, bytes });
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
      if (event !== null) tell(event);
    },
  };
}
