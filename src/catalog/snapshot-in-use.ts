// The snapshot of one registry that answers are made of: the last one that a check gave, with the trust that was found since,
// until it is too old. What is attached to its images is worked on behind it.
import type { Clock } from '../model/clock.ts';
import type { ImageRecord } from '../model/image.ts';
import { createWorking, type WorkingOptions } from './attachment-work.ts';
import type { RegistryContents } from './contents/registry-contents.ts';
import type { CheckedSnapshot, Moment, Refresh } from './refresh.ts';
import type { RegistryTrust } from './trust/registry-trust.ts';

export interface SnapshotInUseOptions extends Pick<WorkingOptions, 'random' | 'onDoubt'> {
  readonly trust: Pick<RegistryTrust, 'isPending' | 'verify' | 'changesAt' | 'flush'>;
  /** What is inside its images; left out: it is not read. */
  readonly contents?: Omit<RegistryContents, 'of'> | undefined;
  /** As `onDoubt`, of what was to be read. */
  readonly onUnread?: WorkingOptions['onDoubt'] | undefined;
  readonly by: Pick<Refresh, 'trusted'>;
  /** Milliseconds after its check for which it may be used. */
  readonly usableFor: number;
  readonly clock: Clock;
}

export interface SnapshotInUse {
  /** null: there is none that may still be used; one that is too old is dropped. */
  usable(): CheckedSnapshot | null;
  /** As it was before it may have become too old; null: there was none, or it was dropped. */
  last(): CheckedSnapshot | null;
  /** When the registry was last checked; null: it never was. */
  checkedAt(): Moment | null;
  /** Milliseconds since then; infinite where it never was. */
  age(): number;
  /** Uses what a check gave. Where the registry has not changed, the trust that was found meanwhile stays. */
  use(checked: CheckedSnapshot): void;
  /** Ends what is being worked on, and resolves then. Never rejects. */
  stop(): Promise<void>;
}

/**
 * The snapshot in use of one registry: none yet. What it is given is verified behind it, and its SBOMs are read, as
 * {@link createWorking} does it. `onUnread`: by default nothing is called. Never throws, nor do its methods.
 */
export function createSnapshotInUse({
  by,
  usableFor,
  clock,
  trust,
  contents,
  random,
  onDoubt,
  onUnread = () => undefined,
}: SnapshotInUseOptions): SnapshotInUse {
  let found: CheckedSnapshot | null = null;
  let checkedAt: Moment | null = null;
  let stopped = false;
  /** Whose contents are known to be there. */
  let loaded: readonly ImageRecord[] | null = null;

  const current = () => usable()?.hashed.snapshot ?? null;
  const working = [
    createWorking({
      work: { ...trust, settle: trust.verify },
      ...{ current, use: useTrust, clock, random, onDoubt },
    }),
    ...(contents === undefined
      ? []
      : [
          createWorking({
            work: contents,
            ...{ current, use: useContents, clock, random },
            onDoubt: onUnread,
          }),
        ]),
  ];

  const age = () => (checkedAt === null ? Number.POSITIVE_INFINITY : clock.monotonic() - checkedAt.monotonic);

  function usable(): CheckedSnapshot | null {
    if (age() > usableFor) found = null;
    return found;
  }

  async function useTrust(): Promise<void> {
    for (let known = usable(); known !== null && !stopped; known = usable()) {
      const trusted = await by.trusted(known);
      if (trusted === null) return;
      // Else a check came meanwhile, with other records.
      if (found === known) {
        found = trusted;
        return;
      }
    }
  }

  async function useContents(): Promise<void> {
    const records = current()?.records ?? null;
    if (records === null || records === loaded) return;
    loaded = records;
    await contents?.load(records);
  }

  return {
    usable,
    last: () => found,
    checkedAt: () => checkedAt,
    age,
    use(checked) {
      const same = found?.hashed.content === checked.hashed.content ? found : null;
      found = same === null ? checked : { ...checked, hashed: same.hashed, index: same.index };
      checkedAt = checked.checkedAt;
      // A registry that has not changed has nothing that is not done, or is asked for it again as that says.
      if (same === null) for (const one of working) one.begin();
    },
    async stop() {
      stopped = true;
      await Promise.all(working.map((one) => one.stop()));
    },
  };
}
